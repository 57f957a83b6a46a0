import type { FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Logger } from '../ports/log.ts'
import type { Problem } from '../wire/problem.ts'
import { problemOf, Refused } from './problem.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** The only place where a call is answered with an error. What is not expected is an outage, and is said to nobody but the log. */
export function answerError(log: Logger, worded: (problem: Problem) => Problem = (problem) => problem) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { problem, headers } = error instanceof Refused ? error : (brokenCall(error) ?? outage(error, request, log))
    return reply.code(problem.status).headers(headers).type(PROBLEM_TYPE).send(worded(problem))
  }
}

function brokenCall(error: unknown): Refused | undefined {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({ field: fieldOf(issue), message: issue.message ?? 'is wrong' }))
    const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
    return new Refused(problemOf({ status: 400, code: 'invalid', detail, errors }))
  }
  const status = statusOf(error)
  if (status === undefined || status < 400 || status >= 500) return undefined
  const [code, detail] = BROKEN[status] ?? ['invalid', 'The call could not be read']
  return new Refused(problemOf({ status, code, detail }))
}

function fieldOf({ instancePath, params }: FastifySchemaValidationError): string {
  const unknown = 'keys' in params && Array.isArray(params['keys']) ? params['keys'] : []
  return (
    [...instancePath.split('/'), ...unknown.slice(0, 1).map(String)].filter((part) => part !== '').join('.') || 'body'
  )
}

const BROKEN: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  413: ['too_large', 'The body is too large'],
  415: ['media_type', 'The body has another content type than this takes'],
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

function outage(error: unknown, request: FastifyRequest, log: Logger): Refused {
  const why = error instanceof Error ? error.name : 'unknown_error'
  log.error({ request_id: request.id, route: request.routeOptions.url, why }, 'api_call_failed')
  const detail = 'Thand cannot reach its database right now'
  const hint = 'Try again in a minute. Whether this was taken, thand sessions will tell'
  return new Refused(problemOf({ status: 503, code: 'unavailable', detail, hint }), { 'retry-after': '5' })
}
