import type { Card } from '../cards/card.ts'
import { loggedInCard, loginRefusedCard } from '../cards/login-cards.ts'
import type { LoginPress } from '../commands/parse-press.ts'
import type { Refusal } from '../core/codes.ts'
import { deviceIdFrom } from '../core/ids.ts'
import { isListed } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Settings } from '../core/settings.ts'
import type { DeviceLogin } from '../ports/store/devices.ts'
import type { DeviceDetail } from '../ports/store/notices.ts'
import type { Tx } from '../ports/store/store.ts'
import { type Acting, takeDelivery } from './context.ts'
import type { Deps } from './deps.ts'

type Answered = Result<Card | undefined, Refusal>

/**
 * *Yes, this is me*, or *No*: the only thing that binds a device, and only as a press, by the account that was shown the card,
 * once. The same words typed are no line of the grammar.
 */
export function answerLogin(deps: Deps, acting: Acting, { login: id, isMe }: LoginPress): Promise<Answered> {
  return deps.store.transact(async (tx): Promise<Answered> => {
    if (!(await takeDelivery(tx, acting))) return ok(undefined)
    if ((await tx.loadedLast()) !== deps.settings.hash) return fail({ code: 'configuration_superseded' })
    const login = await tx.deviceLogins.lock(id)
    if (login !== undefined && !isTheirs(login, acting)) await recordStranger(tx, acting, login)
    const isOpen = login?.state === 'asked' && login.expiresAt > tx.now && isTheirs(login, acting)
    if (login === undefined || !isOpen) return fail({ code: 'login_card_over' })
    return ok(isMe ? await bind(tx, deps, acting, login) : await refuse(tx, acting, login))
  })
}

function isTheirs({ shownTo }: DeviceLogin, { person, inbound }: Acting): boolean {
  const { platform, tenant, account } = inbound.sender
  return (
    shownTo?.person === person.id &&
    shownTo.account.platform === platform &&
    shownTo.account.tenant === tenant &&
    shownTo.account.account === account
  )
}

/** Nobody comes upon the number of somebody else's card by chance. */
function recordStranger(tx: Tx, { person, inbound }: Acting, { shownTo }: DeviceLogin): Promise<void> {
  const { platform, account } = inbound.sender
  const detail = { why: 'another_account', platform, account, shown_to: shownTo?.person }
  return tx.record({ name: 'device_refused', actor: person.id, detail })
}

async function bind(tx: Tx, deps: Deps, acting: Acting, login: DeviceLogin): Promise<Card> {
  const { person, inbound } = acting
  const { platform, account } = inbound.sender
  const { name, host, thumbprint, address } = login
  const id = deviceIdFrom(deps.randomBytes(5))
  const detail = { name, host, thumbprint, address, platform, account }
  await tx.devices.bind(
    { id, person: person.id, name, host, thumbprint, platform, account, aliveUntil: login.expiresAt },
    { name: 'device_bound', actor: person.id, subject: id, detail },
  )
  if (!(await tx.deviceLogins.move(login.id, { from: 'asked', to: 'confirmed', device: id })))
    throw new Error('a login moved under its own lock')
  await tellOfNew(tx, deps.settings, platform, { person: person.id, device: id, name, host })
  return loggedInCard({ id, name, host })
}

/** Administrators hear of it, and its owner: where somebody pressed for them, they learn it now. */
async function tellOfNew(tx: Tx, settings: Settings, platform: string, detail: DeviceDetail): Promise<void> {
  const administrators = settings.people.filter((each) => isListed(each, settings.authority.administrators))
  for (const reader of new Set([detail.person, ...administrators.map((each) => each.id)]))
    await tx.notices.put({ kind: 'device_bound', platform, reader, detail })
  await tx.nudge()
}

async function refuse(tx: Tx, { person }: Acting, login: DeviceLogin): Promise<Card> {
  await tx.deviceLogins.move(login.id, { from: 'asked', to: 'refused' })
  const { name, host, address } = login
  await tx.record({ name: 'device_refused', actor: person.id, detail: { name, host, address } })
  return loginRefusedCard(login)
}
