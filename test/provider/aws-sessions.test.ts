import type { FaultKind } from '../doubles/aws/faults.ts'
import { fault, throttled } from '../doubles/aws/faults.ts'
import { livingSessions, openAccount, REPORTS, readWith, startAccount } from '../support/aws-account.ts'
import { type IssueFault, type IssuerWorld, issuerConformance } from './issuer-conformance.ts'

const FAULTS: Readonly<Record<IssueFault, FaultKind>> = {
  'answer-lost': fault.answerLost,
  'error-after-applying': fault.errorAfterApplying,
  error: fault.error,
  throttled: throttled(7),
  'refused-credential': fault.invalidToken,
  forbidden: fault.forbidden,
  missing: { kind: 'refusal', code: 'NoSuchEntity', status: 404 },
  invalid: {
    kind: 'refusal',
    code: 'MalformedPolicyDocument',
    status: 400,
    message: 'This policy contains invalid Json',
  },
  silence: fault.silence,
}

const CALLS = { issue: 'AssumeRole', withdraw: 'PutRolePolicy', read: 'GetAccessKeyInfo' } as const
/** A 403 that says nothing about what the session may: to be denied by a policy is what the end looks like. */
const NOT_FORBIDDEN_BY_A_POLICY: FaultKind = { kind: 'refusal', code: 'SignatureDoesNotMatch', status: 403 }

async function freshWorld(): Promise<IssuerWorld> {
  const cloud = await startAccount()
  const clock = { ahead: 0 }
  cloud.setClock(() => Date.now() + clock.ahead)
  const living = () => livingSessions(cloud, Date.now() + clock.ahead).length
  return {
    issuer: openAccount(cloud),
    permissions: { allow: [{ operations: ['s3:GetObject'], targets: [REPORTS] }], deny: [] },
    works: async (credential) => (await readWith(cloud, credential)).status === 200,
    reachesBeyond: async (credential) => (await readWith(cloud, credential, '/acme-payroll/q3.txt')).status === 200,
    living,
    expireAll: () => {
      clock.ahead = 2 * 3_600_000
    },
    next: (call, kind) => {
      const planned = call === 'read' && kind === 'forbidden' ? NOT_FORBIDDEN_BY_A_POLICY : FAULTS[kind]
      cloud.faults.next({ operation: CALLS[call] }, planned)
    },
    refuseEverybody: () => {
      cloud.faults.breakCredential('revoked')
      cloud.faults.next({ operation: CALLS.read }, fault.invalidToken, 100)
    },
    sent: (call) => cloud.journal.filter(({ operation }) => operation === CALLS[call]).length,
    canaries: () => [
      cloud.credentials.secretAccessKey,
      ...Object.values(cloud.state.sessions).flatMap(({ secret, token }) => [secret, token]),
    ],
    problems: () => cloud.problems,
    close: () => cloud.close(),
  }
}

issuerConformance('AWS', freshWorld)
