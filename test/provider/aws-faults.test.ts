import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AwsCloud } from '../doubles/aws/cloud.ts'
import { openAccount, startAccount } from '../support/aws-account.ts'

let cloud: AwsCloud
beforeAll(async () => {
  cloud = await startAccount()
})
afterAll(() => cloud.close())

// What ends a grant at once is a final no alone. Nobody’s own trouble is one: not ours, not AWS’s, not that of whoever vouches for us.
test.each([
  ['AccessDenied', 403, 'unauthorized'],
  ['ExpiredTokenException', 400, 'unauthorized'],
  ['InvalidIdentityToken', 400, 'unauthorized'],
  ['IDPRejectedClaim', 403, 'unauthorized'],
  ['RequestExpired', 400, 'unauthorized'],
  ['InvalidSignatureException', 400, 'unauthorized'],
  ['IDPCommunicationError', 400, 'unknown'],
  ['InternalFailure', 400, 'unknown'],
  ['ServiceUnavailable', 503, 'unknown'],
  ['Throttling', 400, 'throttled'],
  ['ConcurrentModification', 409, 'throttled'],
  ['NoSuchEntity', 404, 'refused'],
  ['ValidationError', 400, 'refused'],
] as const)('%s with %i is %s', async (code, status, kind) => {
  cloud.faults.next({ operation: 'GetUser' }, { kind: 'refusal', code, status })
  expect(await openAccount(cloud).resolveSubject({ login: 'ann' })).toMatchObject({ ok: false, error: { kind } })
})
