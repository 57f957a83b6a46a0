import type { Problem } from '../wire/problem.ts'

/** Why a client command did not do its work: one line what, one line what to do (voice.md, rule 8). */
export interface Trouble {
  readonly code: string
  readonly message: string
  readonly hint: string
  /** 1 refused or failed, 2 usage, 75 the server is unreachable: try again. */
  readonly exitCode: 1 | 2 | 75
}

export const NOT_LOGGED_IN: Trouble = {
  code: 'not_logged_in',
  message: 'This machine is not logged in.',
  hint: 'Run: thand login',
  exitCode: 1,
}

/** What ended it may be a log-out, its age, a key that is not the one, or a refresh token that was used twice. */
export const LOGGED_OUT: Trouble = {
  code: 'logged_out',
  message: 'The server no longer knows this machine’s log-in.',
  hint: 'Run: thand login',
  exitCode: 1,
}

export const KEY_REFUSED: Trouble = {
  code: 'key_refused',
  message: 'The server refuses the key of this machine.',
  hint: 'Run: thand login',
  exitCode: 1,
}

export function usageTrouble(message: string, hint: string): Trouble {
  return { code: 'usage', message, hint, exitCode: 2 }
}

export function unreachable(server: string, why: string): Trouble {
  return {
    code: 'server_unreachable',
    message: `${server} does not answer (${why}).`,
    hint: 'Check the network and that address, and try again.',
    exitCode: 75,
  }
}

export function notThand(server: string, status: number): Trouble {
  return {
    code: 'not_thand',
    message: `What answers at ${server} is not Thand’s API (status ${status}).`,
    hint: 'Log in with the right address: thand login --server https://…',
    exitCode: 1,
  }
}

/** The server's own words; a 503 is gone in a moment. */
export function troubleOf(problem: Problem): Trouble {
  const hint = problem.hint ?? problem.errors?.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return {
    code: problem.code,
    message: problem.detail,
    hint: hint ?? (problem.status === 503 ? 'Try again in a moment.' : ''),
    exitCode: problem.status === 503 ? 75 : 1,
  }
}
