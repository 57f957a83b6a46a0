import type { DeviceId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Settings } from '../core/settings.ts'
import type { StoredDevice } from '../ports/store/devices.ts'
import type { Deps } from './deps.ts'

/** A device that acts for a person. */
export interface Principal {
  readonly device: StoredDevice
  readonly person: Person
  /** The platforms vouch for the person just now; else nothing new is permitted. */
  readonly isVouchedFor: boolean
  /** The proof that came with this call: the same again is the same delivery. */
  readonly proof: string
}

export interface Presented {
  readonly device: DeviceId
  readonly thumbprint: string
  /** Of the proof, unique with its key. */
  readonly proof: string
}

/** Longer than a proof may be believed, before and after its time. */
const PROOF_KEPT_SECONDS = 300

/** False when the same proof was taken before: https://www.rfc-editor.org/rfc/rfc9449#section-11.1 */
export function takeProof({ store }: Pick<Deps, 'store'>, proof: string): Promise<boolean> {
  return store.transact((tx) => tx.takeDelivery(proof, PROOF_KEPT_SECONDS))
}

/** Why nobody acts. `superseded`: this server has not the configuration that may name the person. */
export type NoPrincipal = 'replayed' | 'ended' | 'superseded'

/**
 * Who acts, as rows and the platforms say now: whatever its token says, a device that was logged out and a person who left
 * are nobody.
 */
export async function findPrincipal(
  deps: Pick<Deps, 'store' | 'settings' | 'directory'>,
  { device: id, thumbprint, proof }: Presented,
): Promise<Result<Principal, NoPrincipal>> {
  const found = await deps.store.transact(async (tx): Promise<Result<Omit<Principal, 'isVouchedFor'>, NoPrincipal>> => {
    if (!(await tx.takeDelivery(proof, PROOF_KEPT_SECONDS))) return fail('replayed')
    const device = await tx.devices.find(id)
    if (device?.thumbprint !== thumbprint) return fail('ended')
    const person = ownerOf(deps.settings, device)
    if (person !== undefined) return ok({ device, person, proof })
    return fail((await tx.loadedLast()) === deps.settings.hash ? 'ended' : 'superseded')
  })
  if (!found.ok) return found
  const standing = await deps.directory.standingOf(found.value.person.id)
  return standing.kind === 'gone' ? fail('ended') : ok({ ...found.value, isVouchedFor: standing.kind === 'here' })
}

/**
 * By today's configuration: the account that confirmed the device is still taken for this person. Whom an account was wrongly
 * taken for must not keep a device of somebody else.
 */
export function ownerOf({ people }: Settings, { person: id, platform, account }: StoredDevice): Person | undefined {
  const person = people.find((each) => each.id === id)
  const named = person?.accounts[platform]?.login
  const pinned = people.find((each) => each.accounts[platform]?.login === account)
  const isTheirs = named === undefined ? pinned === undefined : named === account
  return isTheirs ? person : undefined
}
