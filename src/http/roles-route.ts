import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Role } from '../core/role.ts'
import { rolesFor } from '../usecases/look.ts'
import { roles, rolesQuery, type WireRole } from '../wire/role.ts'
import type { ApiDeps } from './api-deps.ts'
import { principalOf } from './authenticate.ts'
import { BY_DEVICE, PROBLEM_ANSWERS } from './route-words.ts'

/** For what is no card: a wizard, and programs. A role that one may not ask for is not there. */
export function rolesRoute({ settings }: ApiDeps): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get(
      '/roles',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'What the person of this device can ask for',
          querystring: rolesQuery,
          response: { 200: roles, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        const word = request.query.filter.toLowerCase()
        const own = rolesFor(settings, principalOf(request).person)
        const found = own.filter((role) => `${role.key} ${role.name} ${role.description}`.toLowerCase().includes(word))
        return { roles: found.map(wireRole) }
      },
    )
  }
}

function wireRole(role: Role): WireRole {
  return {
    role: role.key,
    name: role.name,
    description: role.description,
    provider: role.provider,
    provider_name: role.providerName,
    default_duration_seconds: role.defaultDurationSeconds,
    max_duration_seconds: role.maxDurationSeconds,
    is_reason_required: role.reason.isRequired,
  }
}
