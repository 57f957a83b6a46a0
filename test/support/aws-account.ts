import { AccountProvider } from '../../providers/aws/account-provider.ts'
import { parseAwsConfig } from '../../providers/aws/config.ts'
import type { CredentialForUse } from '../../src/ports/credential-issuer.ts'
import type { Provider } from '../../src/ports/provider.ts'
import { contextOf, findCaller, layersOf } from '../doubles/aws/caller.ts'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { evaluate } from '../doubles/aws/evaluate.ts'
import type { AwsCloudOptions } from '../doubles/aws/furnish.ts'
import type { RoleOptions } from '../doubles/aws/hands.ts'
import { type Use, useCredential } from '../doubles/aws/use-credential.ts'

export const ACCOUNT = '111122223333'
export const REPORTS = 'arn:aws:s3:::acme-reports/*'

/** What sessions are made of, unless a test says otherwise. */
export const SESSION_ROLE: RoleOptions = { policies: { work: allowing('s3:*', 'sts:GetAccessKeyInfo') } }

export function startAccount(role: RoleOptions = SESSION_ROLE, more: AwsCloudOptions = {}): Promise<AwsCloud> {
  return startAwsCloud({
    accounts: { [ACCOUNT]: { roles: { ThandSession: role } } },
    buckets: {
      'acme-reports': { objects: { 'q3.txt': 'up' } },
      'acme-payroll': { objects: { 'q3.txt': 'none of your business' } },
    },
    ...more,
  })
}

/** The raw `config` of a provider over the double. */
export function configOf(cloud: AwsCloud, more: Readonly<Record<string, unknown>> = {}) {
  const { accessKeyId, secretAccessKey } = cloud.credentials
  return {
    account: ACCOUNT,
    endpoint: cloud.url,
    keys: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    session: { role: 'ThandSession' },
    ...more,
  }
}

export function openAccount(cloud: AwsCloud, more: Readonly<Record<string, unknown>> = {}): AccountProvider {
  const parsed = parseAwsConfig(configOf(cloud, more))
  if (!parsed.ok || parsed.value.kind !== 'account') throw new Error(`no account: ${JSON.stringify(parsed)}`)
  return new AccountProvider(parsed.value)
}

/** Believes at once what AWS says, as a real one cannot be: for tests of what is not about that. */
export function withoutReadLag(provider: Provider): Provider {
  return new Proxy(provider, {
    get(target, name) {
      if (name === 'timing') return { ...target.timing, readLagMs: 0 }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Asks S3 for it, as any client would that has the variables. */
export function readWith(
  cloud: AwsCloud,
  { environment }: CredentialForUse,
  path = '/acme-reports/q3.txt',
): Promise<Use> {
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ].map((name) => environment[name]?.reveal())
  return useCredential(cloud.url, { accessKeyId, secretAccessKey, sessionToken }, path)
}

/** The sessions that the double would still let read a report. */
export function livingSessions({ state }: AwsCloud, now: number): readonly string[] {
  return Object.values(state.sessions)
    .filter(({ expiresAt }) => expiresAt > now)
    .filter((session) => {
      const caller = findCaller(state, session.id, session.token, now)
      const context = contextOf(caller, now)
      return evaluate(layersOf(caller, state.accounts), 's3:GetObject', 'arn:aws:s3:::acme-reports/q3.txt', context)
        .isAllowed
    })
    .map(({ name }) => name)
}
