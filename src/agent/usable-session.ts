import { fail, ok, type Result } from '../core/result.ts'
import type { Session } from '../wire/session.ts'
import { stateOf } from './session-lines.ts'
import type { Trouble } from './trouble.ts'

/** One that is active and gives a credential; of every other, why not. */
export function usableSession(session: Session): Result<Session, Trouble> {
  const { id, state, has_credentials, role } = session
  if (state !== 'active')
    return fail({
      code: 'not_active',
      message: `${id} is not active: ${stateOf(session)}.`,
      hint: state === 'pending' ? `See: thand show ${id}` : `Ask again: thand request ${role}`,
      exitCode: 1,
    })
  if (has_credentials) return ok(session)
  return fail({
    code: 'no_credential',
    message: `${id} gives no credential: the right is on your own account until the end.`,
    hint: 'Use what you use every day; nothing needs to be run by thand.',
    exitCode: 1,
  })
}
