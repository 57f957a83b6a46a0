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

/**
 * Has a credential at hand for as long as the access lives: the next is pulled a little before the end of the last, one pull at a
 * time. The old one is not given back then: whoever took it a moment ago uses it until its end.
 */
export class RenewedCredential {
  readonly #renewal: Renewal
  readonly #looking: NodeJS.Timeout
  readonly #before: Credential[] = []
  #newest: Credential
  #renewAtMs: number
  /** After a pull that failed. */
  #notBeforeMs = 0
  #pulling: Promise<void> | undefined

  constructor(first: Credential, renewal: Renewal) {
    this.#renewal = renewal
    this.#newest = first
    this.#renewAtMs = renewAtOf(first)
    this.#looking = setInterval(() => this.#renewIfDue(), LOOK_EVERY_MS)
  }

  /** One that works: at once, but after a sleep of the machine. Undefined: there is none. */
  async current(): Promise<Credential | undefined> {
    this.#renewIfDue()
    if (!works(this.#newest)) await this.#pulling
    return works(this.#newest) ? this.#newest : undefined
  }

  /** Waits for a pull that is on its way. Answers all that still work. */
  async stop(): Promise<readonly Credential[]> {
    clearInterval(this.#looking)
    await this.#pulling
    return [...this.#before, this.#newest].filter(works)
  }

  #renewIfDue(): void {
    const isWorthIt = this.#renewal.accessUntilMs() - endOf(this.#newest) >= LONGER_MS
    const isDue = Date.now() >= Math.max(this.#renewAtMs, this.#notBeforeMs)
    if (this.#pulling !== undefined || !isWorthIt || !isDue) return
    this.#pulling = this.#pull().finally(() => {
      this.#pulling = undefined
    })
  }

  async #pull(): Promise<void> {
    const next = await this.#renewal.pull().catch((error: unknown) => fail(thrownTrouble(error)))
    if (next.ok) {
      this.#before.push(this.#newest)
      this.#newest = next.value
      this.#renewAtMs = renewAtOf(next.value)
      this.#notBeforeMs = 0
      return
    }
    if (this.#notBeforeMs === 0) this.#renewal.onFailure(next.error)
    this.#notBeforeMs = Date.now() + AGAIN_AFTER_MS
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
