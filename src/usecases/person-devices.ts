import type { Card } from '../cards/card.ts'
import { devicesCard, loggedOutCard } from '../cards/login-cards.ts'
import type { Refusal } from '../core/codes.ts'
import { parseDeviceId } from '../core/ids.ts'
import { nearestWord } from '../core/nearest-word.ts'
import type { Person } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { StoredDevice } from '../ports/store/devices.ts'
import { type Acting, takeDelivery } from './context.ts'
import type { Deps } from './deps.ts'
import { endDevice } from './end-device.ts'

export function devicesOf({ store }: Pick<Deps, 'store'>, person: Person): Promise<readonly StoredDevice[]> {
  return store.transact((tx) => tx.devices.ofPerson(person.id))
}

export async function showDevices(deps: Pick<Deps, 'store'>, person: Person): Promise<Card> {
  return devicesCard(await devicesOf(deps, person))
}

/** One of one's own; to everybody else it does not exist. */
export function logoutDevice(
  { store }: Pick<Deps, 'store'>,
  acting: Acting,
  typed: string,
): Promise<Result<Card | undefined, Refusal>> {
  const { person, device: by } = acting
  return store.transact(async (tx) => {
    if (!(await takeDelivery(tx, acting))) return ok(undefined)
    const own = await tx.devices.ofPerson(person.id)
    const id = parseDeviceId(typed)
    const device = own.find((each) => each.id === id)
    if (device === undefined) return fail({ code: 'device_unknown', nearest: nearestOf(own, typed) })
    const why = by === undefined ? 'logged_out' : `logged_out_by:${by}`
    if (!(await endDevice(tx, { id: device.id, actor: person.id, why })))
      return fail({ code: 'device_unknown', nearest: undefined })
    return ok(loggedOutCard(device))
  })
}

/** By its id, or by what it calls itself. */
function nearestOf(own: readonly StoredDevice[], typed: string): string | undefined {
  const ids = own.map((each) => each.id)
  const names = own.map((each) => each.name)
  return nearestWord(typed, ids) ?? ids[names.indexOf(nearestWord(typed, names) ?? '')]
}
