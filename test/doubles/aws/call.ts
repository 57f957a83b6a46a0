import type { Caller } from './caller.ts'
import type { Context } from './conditions.ts'
import { Refusal } from './refusal.ts'
import type { Account, AwsState } from './state.ts'

/** One request after it was signed, read and judged by the model. */
export type Call = {
  operation: string
  state: AwsState
  /** What reading operations see: older than `state` where the double was told to be slow. */
  seen: Readonly<Record<string, Account>>
  now: number
  caller: Caller
  parameters: Readonly<Record<string, unknown>>
  /** No page has more. */
  pageSize: number
}

/** What the caller must be allowed, on what, and what conditions may ask about it. */
export type Need = { action: string; resource: string; context?: Context; resourcePolicy?: string | undefined }

export type Operation = {
  needs: (call: Call) => readonly Need[]
  answer: (call: Call) => unknown
}

export function text({ parameters }: Pick<Call, 'parameters'>, name: string): string {
  const value = parameters[name]
  return typeof value === 'string' ? value : ''
}

export function optionalText({ parameters }: Pick<Call, 'parameters'>, name: string): string | undefined {
  const value = parameters[name]
  return typeof value === 'string' ? value : undefined
}

/** The caller's account, to be changed. */
export function accountOf({ state, caller }: Call): Account {
  return present(state.accounts[caller.account])
}

/** The caller's account, to be read. */
export function accountSeen({ seen, caller }: Call): Account {
  return present(seen[caller.account])
}

function present(account: Account | undefined): Account {
  if (!account) throw new Refusal('InvalidClientTokenId', 403, 'The account is closed.')
  return account
}
