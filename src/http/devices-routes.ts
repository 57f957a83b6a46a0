import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { devicesOf, logoutDevice } from '../usecases/person-devices.ts'
import { actingBy } from '../usecases/run-device-command.ts'
import { devices } from '../wire/device.ts'
import type { ApiDeps } from './api-deps.ts'
import { principalOf } from './authenticate.ts'
import { refusedBy } from './problem.ts'
import { BY_DEVICE, PROBLEM_ANSWERS } from './route-words.ts'

/** What acts for its person. A device may end any of these, itself too: that only takes away. */
export function devicesRoutes(deps: ApiDeps): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get(
      '/devices',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'What is logged in as the person of this device',
          response: { 200: devices, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        const { person, device } = principalOf(request)
        const own = await devicesOf(deps, person)
        return {
          devices: own.map(({ id, name, host, boundAt, seenAt }) => ({
            id,
            name,
            host,
            bound_at: new Date(boundAt).toISOString(),
            seen_at: new Date(seenAt).toISOString(),
            is_this: id === device.id,
          })),
        }
      },
    )
    scope.delete(
      '/devices/:id',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'Logs this device out, or another of the same person',
          params: z.strictObject({ id: z.string() }),
          response: { 204: z.undefined(), ...PROBLEM_ANSWERS },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const acting = actingBy(principalOf(request), { line: `logout ${id}`, requestId: request.id })
        const done = await logoutDevice(deps, acting, id)
        if (!done.ok) throw refusedBy(done.error)
        return reply.code(204).send()
      },
    )
  }
}
