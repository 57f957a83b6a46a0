import type { JsonRecord } from './json.ts'

/** `error` is the code that Slack answers; `pointer` is the JSON pointer into the arguments of the call. */
export type Problem = { readonly error: string; readonly pointer: string; readonly message: string }

export class Findings {
  readonly problems: Problem[] = []
  readonly #error: string

  constructor(error = 'invalid_blocks') {
    this.#error = error
  }

  add(pointer: string, message: string, error = this.#error): void {
    this.problems.push({ error, pointer, message })
  }
}

export const wordsOf = ({ message, pointer }: Problem): string => `${message} [json-pointer:${pointer}]`

/** The answer that Slack gives to a call with these problems. */
export function refusalFor(problems: readonly [Problem, ...Problem[]]): JsonRecord {
  const errors = problems.map(wordsOf)
  return {
    ok: false,
    error: problems[0].error,
    errors,
    response_metadata: { messages: errors.map((each) => `[ERROR] ${each}`) },
  }
}
