import rateLimit, { type CreateRateLimitOptions } from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import {
  type FastifyPluginAsyncZod,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import type { Secret } from '../core/secret.ts'
import { createAccessTokens } from './access-tokens.ts'
import { answerError } from './answer-error.ts'
import type { ApiDeps } from './api-deps.ts'
import { authenticateIn, principalOf } from './authenticate.ts'
import { notThere, tooMany } from './call-problems.ts'
import { commandsRoute } from './commands-route.ts'
import { credentialsRoute } from './credentials-route.ts'
import { deviceAuthorizationRoute } from './device-authorization-route.ts'
import { devicesRoutes } from './devices-routes.ts'
import { openapiRoute } from './openapi-route.ts'
import { rolesRoute } from './roles-route.ts'
import { SECURITY_SCHEMES } from './route-words.ts'
import { sessionsRoutes } from './sessions-routes.ts'
import { tokenRoute } from './token-route.ts'
import { verificationPage } from './verification-page.ts'

type Route = (deps: ApiDeps) => FastifyPluginAsyncZod

/** How a device gets its tokens, and what describes the rest. */
const OPEN: readonly Route[] = [deviceAuthorizationRoute, tokenRoute, openapiRoute]
/** For a device that acts for a person, and nobody else. */
const GUARDED: readonly Route[] = [commandsRoute, sessionsRoutes, credentialsRoute, rolesRoute, devicesRoutes]

const BASE = '/api/v1'
const AN_ADDRESS_A_MINUTE = 1200
const A_DEVICE_A_MINUTE = 300
const MINUTE_MS = 60_000

export interface AgentApiOptions extends Omit<ApiDeps, 'tokens'> {
  /** The first signs, all verify. */
  readonly secretKeys: readonly Secret[]
}

/** The API of the agent: contract in docs/agent-api.md. No cookies, no other origins. */
export function agentApi({ secretKeys, ...given }: AgentApiOptions): FastifyPluginAsync {
  const deps: ApiDeps = { ...given, tokens: createAccessTokens(secretKeys, given.clock) }
  return async (server) => {
    await server.register(verificationPage)
    await server.register((scope) => routes(scope, deps), { prefix: BASE })
  }
}

async function routes(scope: FastifyInstance, deps: ApiDeps): Promise<void> {
  scope.setValidatorCompiler(validatorCompiler)
  scope.setSerializerCompiler(serializerCompiler)
  scope.setErrorHandler(answerError(deps.log))
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  await scope.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.ceil(ttl / 1000)),
  })
  limit(scope, { max: AN_ADDRESS_A_MINUTE })
  await describe(scope)
  scope.setNotFoundHandler(async () => {
    throw notThere()
  })
  for (const route of OPEN) await scope.register(route(deps))
  await scope.register(async (guarded) => {
    authenticateIn(guarded, deps)
    limit(guarded, { max: A_DEVICE_A_MINUTE, keyGenerator: (request) => principalOf(request).device.id })
    for (const route of GUARDED) await guarded.register(route(deps))
  })
}

/** Of all calls of this scope together; the library's own hooks would come after ours, and ask the database first. */
function limit(scope: FastifyInstance, of: CreateRateLimitOptions): void {
  const count = scope.createRateLimit({ ...of, timeWindow: MINUTE_MS })
  scope.addHook('onRequest', async (request) => {
    const counted = await count(request)
    if (!counted.isAllowed && counted.isExceeded) throw tooMany(counted.ttlInSeconds)
  })
}

async function describe(scope: FastifyInstance): Promise<void> {
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Thand agent API',
        version: '1',
        description: 'What a device does for its person: ask for access, see it, end it.',
      },
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: jsonSchemaTransform,
  })
}
