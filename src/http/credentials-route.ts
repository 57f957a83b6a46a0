import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseRequestId } from '../core/ids.ts'
import type { Secret } from '../core/secret.ts'
import type { Pull } from '../usecases/intend-credential.ts'
import type { PulledCredential } from '../usecases/issue-credential.ts'
import { pullCredential } from '../usecases/pull-credential.ts'
import { returnCredential } from '../usecases/return-credential.ts'
import { type Credential, credential } from '../wire/credential.ts'
import type { ApiDeps } from './api-deps.ts'
import { principalOf } from './authenticate.ts'
import { notThere } from './call-problems.ts'
import { refusedBy } from './problem.ts'
import { BY_DEVICE, PROBLEM_ANSWERS } from './route-words.ts'

/** The one answer that holds a secret; like all of this API it is stored by nobody on its way. */
export function credentialsRoute(deps: ApiDeps): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/sessions/:id/credentials',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'A credential for an access that is active now: shown once, taken back at its end',
          params: z.strictObject({ id: z.string() }),
          response: { 200: credential, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        if (!principalOf(request).isVouchedFor) throw refusedBy({ code: 'directory_unavailable' })
        const pull = pullOf(request)
        const pulled = await deps.during((now) => pullCredential(now, pull))
        if (!pulled.ok) throw refusedBy(pulled.error)
        return wireCredential(pulled.value)
      },
    )
    scope.delete(
      '/sessions/:id/credentials/:number',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'Gives a credential back that is needed no more: it is withdrawn now, and makes room for another',
          params: z.strictObject({ id: z.string(), number: z.coerce.number().int().positive() }),
          response: { 204: z.undefined(), ...PROBLEM_ANSWERS },
        },
      },
      async (request, reply) => {
        const returned = await returnCredential(deps, pullOf(request), request.params.number)
        if (!returned.ok) throw refusedBy(returned.error)
        return reply.code(204).send()
      },
    )
  }
}

function pullOf(request: FastifyRequest<{ Params: { id: string } }>): Pull {
  const { device, person, proof } = principalOf(request)
  const id = parseRequestId(request.params.id)
  if (!id.ok) throw notThere()
  return { person: person.id, device: device.id, id: id.value, deliveryId: proof }
}

function wireCredential({ id, number, expiresAt, environment, console, git }: PulledCredential): Credential {
  const shown = Object.entries(environment).map(([name, secret]: [string, Secret]) => [name, secret.reveal()])
  return {
    id,
    number,
    expires_at: new Date(expiresAt).toISOString(),
    environment: Object.fromEntries(shown),
    ...(console && { console }),
    ...(git && { git: { ...git, password: git.password.reveal() } }),
  }
}
