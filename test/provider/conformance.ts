import { describe, expect, onTestFinished, test } from 'vitest'
import type { Result } from '../../src/core/result.ts'
import type { Slot } from '../../src/core/target.ts'
import type { Fault, GrantOrder, Observation, Provider } from '../../src/ports/provider.ts'

/** A system behind a provider, with one account in it that stands nowhere yet and can be given both levels. */
export interface ProviderWorld {
  readonly provider: Provider
  /** A name of an account, to be resolved. */
  readonly login: string
  readonly slot: string
  /** The level above absent; where the slot has two or more, `low` is one below it. */
  readonly high: string
  readonly low?: string
  /** What a raise here needs beside its slot: of slots that are a grant's own. */
  readonly own?: Pick<GrantOrder, 'grant' | 'scope' | 'endsAt'>
  /** What the system itself says, invitations included. */
  level(): string
  /** Somebody changes it by hand. */
  set(level: string): void
  /** Changes that requests of ours made so far. */
  writesApplied(): number
  /** Requests of ours that would change something, whatever became of them. */
  writesSent(): number
  /** What happens to the next write. */
  nextWrite(fault: WriteFault): void
  /** From now on our credential is refused everywhere, or sees what is public only. */
  breakCredential(how: 'revoked' | 'blind'): void
  /** Everything answers 5xx. */
  goDown(): void
  /** Accounts that nobody has and that nobody may be reached by, in the system's own spelling of paths and patterns. */
  readonly hostileLogins: readonly string[]
  readonly hostileTargets: readonly string[]
  readonly operation: string
  /** The text that must never be shown. */
  readonly canary: string
  /** What the system found wrong in our requests. */
  problems(): readonly string[]
  /** Paths or statements that it was asked. */
  asked(): readonly string[]
  close(): Promise<void>
}

export type WriteFault =
  | 'answer-lost'
  | 'error-after-applying'
  | 'error'
  | 'throttled'
  | 'refused-credential'
  | 'silence'

/** What every provider must show; `makeWorld` starts a fresh system for each test. */
export function providerConformance(name: string, makeWorld: () => Promise<ProviderWorld>): void {
  describe(`${name} keeps the contract of a provider`, () => {
    raising(makeWorld)
    lowering(makeWorld)
    uncertainty(makeWorld)
    credentials(makeWorld)
    hostility(makeWorld)
  })
}

type Make = () => Promise<ProviderWorld>

function raising(makeWorld: Make): void {
  test('nobody is anywhere before', async () => {
    const it = await given(makeWorld)
    expect(await it.seen()).toBe('absent')
  })

  test('the slot’s levels begin with absent, have names, and know the two of this suite', async () => {
    const { world } = await given(makeWorld)
    const levels = world.provider.levels(world.slot)
    expect(levels[0]).toBe('absent')
    const known = [...(world.low === undefined ? [] : [world.low]), world.high].map((level) => levels.indexOf(level))
    expect(known[0]).toBeGreaterThan(0)
    expect(known).toEqual([...new Set(known)].toSorted())
    for (const level of levels) expect(world.provider.levelName(world.slot, level)).not.toBe('')
  })

  test('a raise is seen by the next read', async () => {
    const it = await given(makeWorld)
    expect(await it.raise(it.world.high)).toMatchObject({ ok: true })
    expect(await it.seen()).toBe(it.world.high)
    expect(it.world.level()).toBe(it.world.high)
  })

  test('raised twice is once', async () => {
    const it = await given(makeWorld)
    await it.raise(it.world.high)
    const applied = it.world.writesApplied()
    expect(await it.raise(it.world.high)).toMatchObject({ ok: true })
    expect([await it.seen(), it.world.writesApplied()]).toEqual([it.world.high, applied])
  })

  test('two raises from the same read are one', async () => {
    const it = await given(makeWorld)
    const seen: Observation = { kind: 'at', level: 'absent' }
    await it.raise(it.world.high, { seen })
    expect(await it.raise(it.world.high, { seen })).toMatchObject({ ok: true })
    expect(await it.seen()).toBe(it.world.high)
  })

  test('a raise to what stands, or to less, writes nothing', async () => {
    const it = await given(makeWorld)
    it.world.set(it.world.high)
    for (const level of it.levels) expect(await it.raise(level)).toMatchObject({ ok: true })
    expect([it.world.level(), it.world.writesSent()]).toEqual([it.world.high, 0])
  })
}

function lowering(makeWorld: Make): void {
  test('a lowering to absent is seen by the next read', async () => {
    const it = await given(makeWorld)
    await it.raise(it.world.high)
    expect(await it.lower('absent')).toMatchObject({ ok: true })
    expect([await it.seen(), it.world.level()]).toEqual(['absent', 'absent'])
  })

  test('lowered twice is fine, from a new read and from the old one', async () => {
    const it = await given(makeWorld)
    await it.raise(it.world.high)
    const seen = await it.observe()
    for (const order of [{}, {}, { seen }]) expect(await it.lower('absent', order)).toMatchObject({ ok: true })
    expect(await it.seen()).toBe('absent')
  })

  test('what a crashed process raised is lowered by a new one, without a receipt', async () => {
    const it = await given(makeWorld)
    it.world.set(it.world.high)
    expect(await it.lower('absent', { grant: 'one that nobody remembers' })).toMatchObject({ ok: true })
    expect(it.world.level()).toBe('absent')
  })

  test('what was there before is restored: a lower level, where the slot has one', async () => {
    const it = await given(makeWorld)
    it.world.set(it.before)
    await it.raise(it.world.high)
    expect(await it.seen()).toBe(it.world.high)
    expect(await it.lower(it.before)).toMatchObject({ ok: true })
    expect([await it.seen(), it.world.level()]).toEqual([it.before, it.before])
  })

  test('a standing level stays: lowering to it writes nothing', async () => {
    const it = await given(makeWorld)
    it.world.set(it.world.high)
    expect(await it.lower(it.world.high)).toMatchObject({ ok: true })
    expect([it.world.level(), it.world.writesSent()]).toEqual([it.world.high, 0])
  })

  test('somebody removed meanwhile is not brought back by a lowering', async () => {
    const it = await given(makeWorld)
    it.world.set(it.before)
    await it.raise(it.world.high)
    it.world.set('absent')
    expect(await it.lower(it.before)).toMatchObject({ ok: true })
    expect(it.world.level()).toBe('absent')
  })
}

function uncertainty(makeWorld: Make): void {
  test.each(['answer-lost', 'error-after-applying'] as const)(
    '%s on a raise: unknown, and the next read shows it',
    async (fault) => {
      const it = await given(makeWorld)
      it.world.nextWrite(fault)
      expect(await it.raise(it.world.high)).toMatchObject({ ok: false, error: { kind: 'unknown' } })
      expect([await it.seen(), it.world.writesSent()]).toEqual([it.world.high, 1])
    },
  )

  test.each(['answer-lost', 'error-after-applying'] as const)(
    '%s on a lowering: unknown, and the next read shows it',
    async (fault) => {
      const it = await given(makeWorld)
      it.world.set(it.world.high)
      it.world.nextWrite(fault)
      expect(await it.lower('absent')).toMatchObject({ ok: false, error: { kind: 'unknown' } })
      expect([await it.seen(), it.world.writesSent()]).toEqual(['absent', 1])
    },
  )

  test.each([
    ['error', 'unknown'],
    ['throttled', 'throttled'],
    ['refused-credential', 'unauthorized'],
  ] as const)('%s on a write: %s, sent once, nothing changed', async (fault, kind) => {
    const it = await given(makeWorld)
    it.world.nextWrite(fault)
    expect(await it.raise(it.world.high)).toMatchObject({ ok: false, error: { kind } })
    expect([it.world.level(), it.world.writesSent()]).toEqual(['absent', 1])
    it.world.set(it.world.high)
    it.world.nextWrite(fault)
    expect(await it.lower('absent')).toMatchObject({ ok: false, error: { kind } })
    expect([it.world.level(), it.world.writesSent()]).toEqual([it.world.high, 2])
  })

  test('a throttled call says for how long, at most five minutes', async () => {
    const it = await given(makeWorld)
    it.world.nextWrite('throttled')
    const raised = await it.raise(it.world.high)
    const seconds = !raised.ok && raised.error.kind === 'throttled' ? raised.error.retryAfterSeconds : 0
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(300)
  })

  test('silence ends at the caller’s deadline, as unknown', async () => {
    const it = await given(makeWorld)
    it.world.nextWrite('silence')
    const started = performance.now()
    expect(await it.raise(it.world.high, { signal: AbortSignal.timeout(200) })).toMatchObject({
      ok: false,
      error: { kind: 'unknown' },
    })
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('after the caller’s deadline nothing is sent', async () => {
    const it = await given(makeWorld)
    const seen = await it.observe()
    const raised = await it.raise(it.world.high, { seen, signal: AbortSignal.abort() })
    expect(raised).toMatchObject({ ok: false, error: { kind: 'unknown' } })
    expect(it.world.writesSent()).toBe(0)
  })

  test('a system that is down gives no answer to any question', async () => {
    const it = await given(makeWorld)
    const { provider, login } = it.world
    it.world.goDown()
    expect(await provider.observe(it.slot)).toMatchObject({ ok: false, error: { kind: 'unknown' } })
    expect(await provider.resolveSubject({ login })).toMatchObject({ ok: false, error: { kind: 'unknown' } })
  })
}

function credentials(makeWorld: Make): void {
  test.each([
    ['revoked', ['unauthorized']],
    ['blind', ['unseen', 'unauthorized']],
  ] as const)(
    'a %s credential: absence is never said, neither of who is there nor of who is not',
    async (how, kinds) => {
      for (const level of ['absent', 'high'] as const) {
        const it = await given(makeWorld)
        it.world.set(level === 'high' ? it.world.high : level)
        it.world.breakCredential(how)
        const seen = await it.world.provider.observe(it.slot)
        expect(kinds).toContain(seen.ok ? 'seen' : seen.error.kind)
      }
    },
  )

  test.each(['revoked', 'blind'] as const)(
    'a %s credential: a write is no final refusal and no success',
    async (how) => {
      const it = await given(makeWorld)
      it.world.breakCredential(how)
      const raised = await it.raise(it.world.high, { seen: { kind: 'at', level: 'absent' } })
      expect(['unseen', 'unauthorized']).toContain(raised.ok ? 'done' : raised.error.kind)
    },
  )

  test('no fault repeats the credential', async () => {
    const faults: WriteFault[] = ['answer-lost', 'error', 'throttled', 'refused-credential']
    for (const fault of faults) {
      const it = await given(makeWorld)
      it.world.nextWrite(fault)
      expect(JSON.stringify(await it.raise(it.world.high))).not.toContain(it.world.canary)
      it.world.breakCredential('revoked')
      expect(JSON.stringify(await it.world.provider.observe(it.slot))).not.toContain(it.world.canary)
    }
  })
}

function hostility(makeWorld: Make): void {
  test('hostile names of accounts are nobody’s, and reach nothing else', async () => {
    const { world } = await given(makeWorld)
    const before = world.asked().length
    for (const login of world.hostileLogins) {
      for (const account of [{ login }, { login, id: login }]) {
        const resolved = await world.provider.resolveSubject(account)
        expect([account, resolved.ok ? resolved : resolved.error]).toMatchObject([account, { kind: 'refused' }])
      }
    }
    expect(
      world
        .asked()
        .slice(before)
        .filter((path) => /\.\.|%2e|%2f|secret|admin/i.test(path)),
    ).toEqual([])
    expect(world.writesSent()).toBe(0)
  })

  test('hostile names of targets are problems of the role', async () => {
    const { world } = await given(makeWorld)
    for (const target of world.hostileTargets) {
      const parsed = world.provider.parseTargets({
        allow: [{ operations: [world.operation], targets: [target] }],
        deny: [],
      })
      expect([target, parsed.ok]).toEqual([target, false])
    }
  })

  test('a hostile id or slot of a grant is never absence and changes nothing', async () => {
    const it = await given(makeWorld)
    const slots = it.world.hostileLogins.flatMap((text): Slot[] => [
      { ...it.slot, name: `${it.slot.name}/${text}` },
      { ...it.slot, instance: text },
    ])
    for (const slot of slots) {
      expect([slot, (await it.world.provider.observe(slot)).ok]).toEqual([slot, false])
    }
    for (const slot of it.world.hostileLogins.map((id) => ({ ...it.slot, subject: { id, login: id } }))) {
      await it.world.provider.lower(slot, 'absent', it.order({ kind: 'at', level: it.world.high }))
      await it.world.provider.raise(slot, it.world.high, it.order({ kind: 'at', level: 'absent' }))
    }
    expect(it.world.writesSent()).toBe(0)
  })
}

type Outcome = Result<unknown, Fault>

/** A world, and its account at its slot. Whatever is tried there, the system must find nothing wrong in our requests. */
async function given(makeWorld: Make) {
  const world = await makeWorld()
  onTestFinished(async () => {
    await world.close()
    expect(world.problems()).toEqual([])
  })
  const { provider } = world
  const subject = expectValue(await provider.resolveSubject({ login: world.login }))
  const slot: Slot = { instance: provider.instance, subject, name: world.slot }
  const observe = async () => expectValue(await provider.observe(slot))
  const order = (seen: Observation, more: Partial<GrantOrder> = {}): GrantOrder => ({
    grant: 'g1',
    ...world.own,
    seen,
    signal: new AbortController().signal,
    ...more,
  })
  return {
    world,
    slot,
    order,
    observe,
    levels: [world.high, ...(world.low === undefined ? [] : [world.low])],
    before: world.low ?? 'absent',
    seen: async () => (await observe()).level,
    raise: async (to: string, more: Partial<GrantOrder> = {}): Promise<Outcome> =>
      provider.raise(slot, to, order(more.seen ?? (await observe()), more)),
    lower: async (to: string, more: Partial<GrantOrder> = {}): Promise<Outcome> =>
      provider.lower(slot, to, order(more.seen ?? (await observe()), more)),
  }
}

export function expectValue<T>(result: Result<T, unknown>): T {
  if (result.ok) return result.value
  throw new Error(`no value: ${JSON.stringify(result.error)}`)
}
