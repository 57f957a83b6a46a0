import { setTimeout as pause } from 'node:timers/promises'
import { fail, type Result } from '../core/result.ts'
import type { Credential } from '../wire/credential.ts'
import { type Trouble, thrownTrouble } from './trouble.ts'

/** The SDKs ask for a new one five to fifteen minutes before the end; a short life leaves a third of it. */
const AHEAD_MS = 6 * 60_000
const LOOK_EVERY_MS = 1_000
const AGAIN_AFTER_MS = 5_000
/** What a new one must work longer than the one before to be worth its place among the few that live at a time. */
export const LONGER_MS = 1_000

export interface Renewal {
  readonly pull: () => Promise<Result<Credential, Trouble>>
  /** When the access itself ends, as far as is known: an extension moves it. */
  readonly accessUntilMs: () => number
  /** Once for each credential that could not be followed by another in time. */
  readonly onFailure: (trouble: Trouble) => void
}

export interface RenewedCredential {
  /** One that works: at once, but after a sleep of the machine. Undefined: there is none. */
  current(): Promise<Credential | undefined>
  /** All that still work, the newest last. */
  living(): readonly Credential[]
  stop(): Promise<void>
}

/**
 * Has a credential at hand for as long as the access lives: the next is pulled a little before the end of the last, one pull at a
 * time. The old one is not given back then: whoever took it a moment ago uses it until its end.
 */
export function renewCredential(first: Credential, renewal: Renewal): RenewedCredential {
  const left = new AbortController()
  const pulled = [{ credential: first, renewAtMs: renewAtOf(first) }]
  let pulling: Promise<void> | undefined
  let notBeforeMs = 0
  const newest = () => pulled.at(-1) ?? { credential: first, renewAtMs: 0 }

  const pull = async () => {
    const next = await renewal.pull().catch((error: unknown) => fail(thrownTrouble(error)))
    if (next.ok) {
      notBeforeMs = 0
      pulled.push({ credential: next.value, renewAtMs: renewAtOf(next.value) })
      return
    }
    if (notBeforeMs === 0) renewal.onFailure(next.error)
    notBeforeMs = Date.now() + AGAIN_AFTER_MS
  }
  const renewIfDue = () => {
    const { credential, renewAtMs } = newest()
    const isWorthIt = renewal.accessUntilMs() - endOf(credential) >= LONGER_MS
    if (pulling !== undefined || !isWorthIt || Date.now() < Math.max(renewAtMs, notBeforeMs)) return
    pulling = pull().finally(() => {
      pulling = undefined
    })
  }
  const looking = (async () => {
    while (!left.signal.aborted) {
      renewIfDue()
      await pause(LOOK_EVERY_MS, undefined, { signal: left.signal }).catch(() => undefined)
    }
  })()
  return {
    current: async () => {
      renewIfDue()
      if (!works(newest().credential)) await pulling
      const { credential } = newest()
      return works(credential) ? credential : undefined
    },
    living: () => pulled.map(({ credential }) => credential).filter(works),
    stop: async () => {
      left.abort()
      await looking
      await pulling
    },
  }
}

function renewAtOf(credential: Credential): number {
  const until = endOf(credential)
  return until - Math.min(AHEAD_MS, (until - Date.now()) / 3)
}

function works(credential: Credential): boolean {
  return endOf(credential) > Date.now()
}

function endOf({ expires_at }: Credential): number {
  return Date.parse(expires_at)
}
