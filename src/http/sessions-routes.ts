import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { findSession, listSessions } from '../usecases/list-sessions.ts'
import { session, sessions, sessionsQuery } from '../wire/session.ts'
import type { ApiDeps } from './api-deps.ts'
import { principalOf } from './authenticate.ts'
import { notThere } from './call-problems.ts'
import { BY_DEVICE, PROBLEM_ANSWERS } from './route-words.ts'
import { wireSession } from './wire-session.ts'

/** What its person asked for and holds. */
export function sessionsRoutes(deps: ApiDeps): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get(
      '/sessions',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'What the person of this device asked for and holds',
          querystring: sessionsQuery,
          response: { 200: sessions, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        const found = await listSessions(deps, principalOf(request).person, { all: request.query.all === 'true' })
        return { sessions: found.map(wireSession) }
      },
    )
    scope.get(
      '/sessions/:id',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'One of these; 404 also for what belongs to somebody else',
          params: z.strictObject({ id: z.string() }),
          response: { 200: session, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        const found = await findSession(deps, principalOf(request).person, request.params.id)
        if (found === undefined) throw notThere()
        return wireSession(found)
      },
    )
  }
}
