import { expect, onTestFinished } from 'vitest'
import type { Secret } from '../../src/core/secret.ts'
import type { CredentialOrder } from '../../src/ports/credential-issuer.ts'
import type { Permissions } from '../../src/ports/provider.ts'
import type { AwsCloudOptions } from '../doubles/aws/furnish.ts'
import type { RoleOptions } from '../doubles/aws/hands.ts'
import { expectValue } from '../provider/conformance.ts'
import { ACCOUNT, openAccount, REPORTS, SESSION_ROLE, startAccount } from './aws-account.ts'

const READING: Permissions = { allow: [{ operations: ['s3:GetObject'], targets: [REPORTS] }], deny: [] }
export const assuming = (role: string): Permissions => ({
  allow: [{ operations: ['role:assumed'], targets: [role] }],
  deny: [],
})
export const MINUTE = 60_000

interface Begin {
  readonly role?: RoleOptions
  readonly cloud?: AwsCloudOptions
  readonly config?: Readonly<Record<string, unknown>>
  readonly permissions?: Permissions
}

/** An account whose clock stands still until it is moved. */
export async function givenSessions({
  role = SESSION_ROLE,
  cloud: options = {},
  config = {},
  permissions = READING,
}: Begin = {}) {
  const cloud = await startAccount(role, options)
  onTestFinished(async () => {
    await cloud.close()
    expect(cloud.problems).toEqual([])
  })
  const start = Math.floor(Date.now() / 1000) * 1000
  const clock = { at: start }
  cloud.setClock(() => clock.at)
  const open = () => openAccount(cloud, config)
  const provider = open()
  const { signal } = new AbortController()
  const scope = expectValue(provider.parseEntitlement(permissions))?.scope ?? ''
  let number = 0
  const order = (more: Partial<CredentialOrder>): CredentialOrder => ({
    ...{ grant: 'req_7k2mq9xd', number: ++number, holder: 'ann', scope, endsAt: start + 10 * MINUTE, signal, ...more },
  })
  return {
    ...{ cloud, clock, start, open, provider },
    issue: async (more: Partial<CredentialOrder> = {}) => expectValue(await provider.issue(order(more))),
    withdraw: (receipt: Secret, isGivenBack = false) => provider.withdraw(receipt, { isGivenBack, signal }),
    readDead: (receipt: Secret) => provider.isDead(receipt, signal),
    isDead: async (receipt: Secret) => expectValue(await provider.isDead(receipt, signal)),
    tidy: (by = provider, scopes = [scope]) => by.tidy(scopes, signal),
    sent: (operation: string) => cloud.journal.filter((entry) => entry.operation === operation),
    endings: (of = 'ThandSession') =>
      Object.keys(cloud.state.accounts[ACCOUNT]?.roles[of]?.inline ?? {}).filter((name) => name.startsWith('jit-')),
  }
}
