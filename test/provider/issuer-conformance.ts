import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { CredentialForUse, CredentialIssuer, CredentialOrder, Issued } from '../../src/ports/credential-issuer.ts'
import type { Permissions, Provider } from '../../src/ports/provider.ts'
import { expectValue } from './conformance.ts'

/** A system behind an issuer, in which nothing was issued yet. */
export interface IssuerWorld {
  readonly issuer: Provider & CredentialIssuer
  /** What a role writes to get a credential here. */
  readonly permissions: Permissions
  /** Used for what the permissions are about. */
  works(credential: CredentialForUse): Promise<boolean>
  /** Used for something beside it. */
  reachesBeyond(credential: CredentialForUse): Promise<boolean>
  /** How many the system itself says may be used. */
  living(): number
  /** The time that the system gave them is over. */
  expireAll(): void
  /** What happens to the next call of this kind; of reads, to the credential's own one. */
  next(call: 'issue' | 'withdraw' | 'read', fault: IssueFault): void
  /** Every credential is refused everywhere, ours too. */
  refuseEverybody(): void
  sent(call: 'issue' | 'withdraw'): number
  /** Texts that must never be shown. */
  canaries(): readonly string[]
  problems(): readonly string[]
  close(): Promise<void>
}

export type IssueFault =
  | 'answer-lost'
  | 'error-after-applying'
  | 'error'
  | 'throttled'
  | 'refused-credential'
  | 'forbidden'
  | 'missing'
  | 'invalid'
  | 'silence'

type Make = () => Promise<IssuerWorld>

/** What every issuer of credentials must show; `makeWorld` starts a fresh system for each test. */
export function issuerConformance(name: string, makeWorld: Make): void {
  describe(`${name} keeps the contract of an issuer`, () => {
    issuing(makeWorld)
    uncertainIssuing(makeWorld)
    withdrawing(makeWorld)
    uncertainWithdrawing(makeWorld)
  })
}

function issuing(makeWorld: Make): void {
  test('what is issued works for what the role says, and for nothing beside it', async () => {
    const { world, issue } = await given(makeWorld)
    const { credential } = expectValue(await issue())
    expect([await world.works(credential), await world.reachesBeyond(credential)]).toEqual([true, false])
  })

  test('issued twice is two, each with an end, and withdrawing one leaves the other', async () => {
    const { world, issue, withdraw } = await given(makeWorld)
    const before = Date.now()
    const [first, second] = [expectValue(await issue()), expectValue(await issue())]
    for (const { expiresAt } of [first, second]) {
      expect(expiresAt).toBeGreaterThan(before)
      expect(expiresAt).toBeLessThanOrEqual(Date.now() + world.issuer.credentialSecondsMax * 1000 + 1000)
    }
    expect(await withdraw(first.receipt)).toMatchObject({ ok: true })
    expect([await world.works(first.credential), await world.works(second.credential)]).toEqual([false, true])
  })

  test('nothing of it prints', async () => {
    const { world, issue } = await given(makeWorld)
    const issued = expectValue(await issue())
    const shown = `${JSON.stringify(issued)} ${inspect(issued, { depth: 9, showHidden: true })}`
    expect(world.canaries().filter((each) => shown.includes(each))).toEqual([])
    expect(world.canaries().length).toBeGreaterThan(0)
  })

  test('permissions that ask for no credential are not its own', async () => {
    const { world } = await given(makeWorld)
    expect(world.issuer.parseEntitlement({ allow: [], deny: [] })).toEqual({ ok: true, value: undefined })
  })
}

function uncertainIssuing(makeWorld: Make): void {
  test.each([
    ['answer-lost', 1],
    ['error-after-applying', 1],
    ['error', 0],
  ] as const)('%s: unknown, sent once', async (fault, living) => {
    const { world, issue } = await given(makeWorld)
    world.next('issue', fault)
    expect(await issue()).toMatchObject({ ok: false, error: { kind: 'unknown' } })
    expect([world.living(), world.sent('issue')]).toEqual([living, 1])
  })

  test.each([
    ['throttled', ['throttled']],
    ['refused-credential', ['unauthorized']],
    ['forbidden', ['unauthorized', 'refused']],
    ['missing', ['unauthorized', 'unseen', 'refused']],
    ['invalid', ['refused']],
  ] as const)('%s: nothing was made, sent once', async (fault, kinds) => {
    const { world, issue } = await given(makeWorld)
    world.next('issue', fault)
    const issued = await issue()
    expect(kinds).toContain(issued.ok ? 'issued' : issued.error.kind)
    expect([world.living(), world.sent('issue')]).toEqual([0, 1])
    expect(world.canaries().filter((each) => JSON.stringify(issued).includes(each))).toEqual([])
  })

  test('silence ends at the caller’s deadline, as unknown', async () => {
    const { world, issue } = await given(makeWorld)
    world.next('issue', 'silence')
    expect(await issue({ signal: AbortSignal.timeout(200) })).toMatchObject({ ok: false, error: { kind: 'unknown' } })
  })

  test('after the caller’s deadline nothing is sent', async () => {
    const { world, issue } = await given(makeWorld)
    expect(await issue({ signal: AbortSignal.abort() })).toMatchObject({ ok: false, error: { kind: 'unknown' } })
    expect(world.sent('issue')).toBe(0)
  })
}

function withdrawing(makeWorld: Make): void {
  test('withdrawn, it does not work, and a read says so; before, the read says that it works', async () => {
    const { world, issue, withdraw, isDead } = await given(makeWorld)
    const { credential, receipt } = expectValue(await issue())
    expect(await isDead(receipt)).toEqual({ ok: true, value: false })
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect([await world.works(credential), world.living()]).toEqual([false, 0])
    expect(await isDead(receipt)).toEqual({ ok: true, value: true })
  })

  test('withdrawn twice is fine, also by a process that knows nothing but the receipt', async () => {
    const { issue, withdraw, isDead } = await given(makeWorld)
    const receipt = new Secret(expectValue(await issue()).receipt.reveal())
    for (const _ of [1, 2, 3]) expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(await isDead(receipt)).toEqual({ ok: true, value: true })
  })

  test('withdrawing what has run out by itself is fine, and it is dead', async () => {
    const { world, issue, withdraw, isDead } = await given(makeWorld)
    const { credential, receipt } = expectValue(await issue())
    world.expireAll()
    expect(await world.works(credential)).toBe(false)
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(await isDead(receipt)).toEqual({ ok: true, value: true })
  })
}

function uncertainWithdrawing(makeWorld: Make): void {
  test.each([
    ['answer-lost', ['unknown'], true],
    ['error-after-applying', ['unknown'], true],
    ['error', ['unknown'], false],
    ['throttled', ['throttled'], false],
    ['forbidden', ['unauthorized', 'refused'], false],
    ['missing', ['unseen', 'unauthorized'], false],
  ] as const)(
    '%s on a withdrawal: no success, sent once, and the next read shows what is',
    async (fault, kinds, dead) => {
      const { world, issue, withdraw, isDead } = await given(makeWorld)
      const { receipt } = expectValue(await issue())
      world.next('withdraw', fault)
      const withdrawn = await withdraw(receipt)
      expect(kinds).toContain(withdrawn.ok ? 'done' : withdrawn.error.kind)
      expect(world.sent('withdraw')).toBe(1)
      expect(await isDead(receipt)).toEqual({ ok: true, value: dead })
      expect(world.canaries().filter((each) => JSON.stringify(withdrawn).includes(each))).toEqual([])
    },
  )

  test.each(['error', 'throttled', 'forbidden'] as const)('%s on a read: never dead', async (fault) => {
    const { world, issue, isDead } = await given(makeWorld)
    const { receipt } = expectValue(await issue())
    world.next('read', fault)
    expect(await isDead(receipt)).toMatchObject({ ok: false })
  })

  test('a system that refuses everybody says nothing of the dead', async () => {
    const { world, issue, withdraw, isDead } = await given(makeWorld)
    const { receipt } = expectValue(await issue())
    world.refuseEverybody()
    await withdraw(receipt)
    expect(await isDead(receipt)).toMatchObject({ ok: false, error: { kind: 'unauthorized' } })
    expect(world.living()).toBe(1)
  })

  test('silence ends at the caller’s deadline, as unknown', async () => {
    const { world, issue, withdraw, isDead } = await given(makeWorld)
    const { receipt } = expectValue(await issue())
    for (const [call, act] of [
      ['withdraw', withdraw],
      ['read', isDead],
    ] as const) {
      world.next(call, 'silence')
      expect(await act(receipt, AbortSignal.timeout(200))).toMatchObject({ ok: false, error: { kind: 'unknown' } })
    }
  })
}

/** Whatever is tried there, the system must find nothing wrong in our requests. */
async function given(makeWorld: Make) {
  const world = await makeWorld()
  onTestFinished(async () => {
    await world.close()
    expect(world.problems()).toEqual([])
  })
  const { issuer } = world
  const entitlement = expectValue(issuer.parseEntitlement(world.permissions))
  if (entitlement === undefined) throw new Error('the permissions ask for no credential')
  let number = 0
  const soon = () => new AbortController().signal
  const order = (): CredentialOrder => ({
    ...{
      grant: 'g1',
      number: ++number,
      holder: 'ann@acme.example',
      scope: entitlement.scope,
      endsAt: Date.now() + 60_000,
      signal: soon(),
    },
  })
  return {
    world,
    issue: (more: Partial<CredentialOrder> = {}) => issuer.issue({ ...order(), ...more }),
    withdraw: (receipt: Issued['receipt'], signal = soon()) => issuer.withdraw(receipt, { isGivenBack: false, signal }),
    isDead: (receipt: Issued['receipt'], signal = soon()) => issuer.isDead(receipt, signal),
  }
}
