import type { FastifyInstance } from 'fastify'
import type { Logger } from '../ports/log.ts'
import type { Problem } from '../wire/problem.ts'
import { answerError } from './answer-error.ts'
import { wrongField } from './call-problems.ts'

const BODY_MAX_BYTES = 16 * 1024

/** Routes of OAuth: forms come in (RFC 6749, appendix B), and an error is named as its clients look for it. */
export function speakOauth(scope: FastifyInstance, log: Logger): void {
  scope.setErrorHandler(answerError(log, oauthWords))
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_MAX_BYTES },
    (_request, body, done) => {
      // A parameter twice is none: section 3.2.
      const pairs = [...new URLSearchParams(String(body))]
      const twice = pairs.find(([name], n) => pairs.findIndex(([other]) => other === name) !== n)
      if (twice !== undefined) done(wrongField(twice[0], 'stands there twice'))
      else done(null, Object.assign(Object.create(null), Object.fromEntries(pairs)))
    },
  )
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function oauthWords(problem: Problem): Problem {
  if (problem.error !== undefined || problem.status !== 400) return problem
  const field = problem.errors?.[0]?.field
  const error = { grant_type: 'unsupported_grant_type', client_id: 'invalid_client' }[field ?? ''] ?? 'invalid_request'
  return { ...problem, error, error_description: problem.detail }
}
