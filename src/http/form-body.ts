import type { FastifyInstance } from 'fastify'
import { wrongField } from './call-problems.ts'

const BODY_MAX_BYTES = 16 * 1024

/** What OAuth sends (RFC 6749, appendix B). A parameter twice is none: section 3.2. */
export function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_MAX_BYTES },
    (_request, body, done) => {
      const pairs = [...new URLSearchParams(String(body))]
      const twice = pairs.find(([name], n) => pairs.findIndex(([other]) => other === name) !== n)
      if (twice !== undefined) done(wrongField(twice[0], 'stands there twice'))
      else done(null, Object.assign(Object.create(null), Object.fromEntries(pairs)))
    },
  )
}
