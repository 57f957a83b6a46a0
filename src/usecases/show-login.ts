import type { Card } from '../cards/card.ts'
import { loginCard } from '../cards/login-cards.ts'
import type { Refusal } from '../core/codes.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { readUserCode } from '../core/user-code.ts'
import type { DeviceLogin } from '../ports/store/devices.ts'
import type { Tx } from '../ports/store/store.ts'
import { type Acting, takeDelivery } from './context.ts'
import type { Deps } from './deps.ts'
import { hashOfSecret } from './opaque-secret.ts'

const WRONG_CODES_MAX = 5
const WRONG_CODES_WITHIN_MS = 600_000

/**
 * `login <code>` in chat: shows who asks, from where, and binds nothing. A code alone would be phishing's gift. Whoever types it
 * first is shown the card; to everybody else it is a wrong code from then on.
 */
export function showLogin(
  { store }: Pick<Deps, 'store'>,
  acting: Acting,
  typed: string,
): Promise<Result<Card | undefined, Refusal>> {
  const { person, inbound } = acting
  return store.transact(async (tx) => {
    if (!(await takeDelivery(tx, acting))) return ok(undefined)
    const wrong = (await tx.deviceLogins.lockWrongCodes(person.id)).filter((at) => at > tx.now - WRONG_CODES_WITHIN_MS)
    if (wrong.length >= WRONG_CODES_MAX) return fail({ code: 'too_many_codes', most: WRONG_CODES_MAX })
    const login = await openLogin(tx, acting, typed)
    if (login === undefined) {
      await tx.deviceLogins.putWrongCodes(person.id, [...wrong, tx.now])
      const detail = { platform: inbound.sender.platform, account: inbound.sender.account, wrong: wrong.length + 1 }
      await tx.record({ name: 'code_wrong', actor: person.id, detail })
      return fail({ code: 'code_unknown' })
    }
    await tx.deviceLogins.show(login.id, { person: person.id, account: inbound.sender })
    return ok(loginCard(login))
  })
}

async function openLogin(tx: Tx, { person }: Acting, typed: string): Promise<DeviceLogin | undefined> {
  const code = readUserCode(typed)
  const login = code === undefined ? undefined : await tx.deviceLogins.lockByUserCode(hashOfSecret(code))
  if (login === undefined || login.state !== 'asked' || login.expiresAt <= tx.now) return undefined
  const isAnothers = login.shownTo !== undefined && login.shownTo.person !== person.id
  return isAnothers ? undefined : login
}
