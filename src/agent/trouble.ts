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

export function usageTrouble(message: string, hint: string): Trouble {
  return { code: 'usage', message, hint, exitCode: 2 }
}

export function thrownTrouble(error: unknown): Trouble {
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'failed', message: `thand ended: ${message}`, hint: '', exitCode: 1 }
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

/** The server's own words. What one types in chat is typed here without the slash. */
export function troubleOf(problem: Problem): Trouble {
  const { code, status, detail, errors = [] } = problem
  const hint = problem.hint ?? errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  const isForLater = status === 503 || code === 'too_many_calls'
  return {
    code,
    message: detail,
    hint: hint === '' && isForLater ? 'Try again in a moment.' : hint.replaceAll('/thand ', 'thand '),
    exitCode: isForLater ? 75 : 1,
  }
}
