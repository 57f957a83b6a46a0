import type { JsonRecord } from './json.ts'
import { type Problem, refusalFor, wordsOf } from './problem.ts'
import type { SlackState } from './state.ts'

/** `problem` marks what the product must never do; an `error` without it can happen to anyone. */
export type Outcome = { readonly answer: JsonRecord; readonly problem?: string }

export type Method = {
  readonly required: readonly string[]
  readonly run: (args: JsonRecord, state: SlackState) => Outcome
}

export const done = (answer: JsonRecord = {}): Outcome => ({ answer: { ok: true, ...answer } })
export const refused = (error: string): Outcome => ({ answer: { ok: false, error } })

export function broken(first: Problem, ...others: Problem[]): Outcome {
  return { answer: refusalFor([first, ...others]), problem: [first, ...others].map(wordsOf).join('; ') }
}

export const brokenBy = (error: string, pointer: string, message: string): Outcome =>
  broken({ error, pointer, message })
