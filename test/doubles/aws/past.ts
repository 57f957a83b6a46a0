import type { Account } from './state.ts'

type Accounts = Readonly<Record<string, Account>>

/** What the accounts were: a change reaches those who judge and those who read only after a while. */
export class Past {
  /** Until a change of policies counts. */
  policyDelayMs = 0
  /** Until a change is seen by a reading operation. */
  readDelayMs = 0
  #changes: { at: number; before: Accounts }[] = []

  /** To be called before each change. */
  remember(now: number, accounts: Accounts): void {
    const longest = Math.max(this.policyDelayMs, this.readDelayMs)
    this.#changes = this.#changes.filter(({ at }) => at > now - longest)
    if (longest > 0) this.#changes.push({ at: now, before: structuredClone(accounts) })
  }

  policies(now: number, accounts: Accounts): Accounts {
    return this.#asOf(now - this.policyDelayMs, accounts)
  }

  reads(now: number, accounts: Accounts): Accounts {
    return this.#asOf(now - this.readDelayMs, accounts)
  }

  #asOf(time: number, accounts: Accounts): Accounts {
    return this.#changes.find(({ at }) => at > time)?.before ?? accounts
  }
}
