import type { DeviceId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { personById } from '../core/settings.ts'
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

/**
 * Who acts, as rows and the platforms say now: whatever its token says, a device that was logged out and a person who left
 * are nobody.
 */
export async function findPrincipal(
  deps: Pick<Deps, 'store' | 'settings' | 'directory'>,
  { device: id, thumbprint, proof }: Presented,
): Promise<Result<Principal, 'replayed' | 'ended'>> {
  const found = await deps.store.transact(async (tx) => {
    if (!(await tx.takeDelivery(proof, PROOF_KEPT_SECONDS))) return 'replayed'
    return (await tx.devices.find(id)) ?? 'ended'
  })
  if (found === 'replayed' || found === 'ended') return fail(found)
  const person = personById(deps.settings, found.person)
  if (person === undefined || found.thumbprint !== thumbprint) return fail('ended')
  const standing = await deps.directory.standingOf(person.id)
  if (standing.kind === 'gone') return fail('ended')
  return ok({ device: found, person, isVouchedFor: standing.kind === 'here', proof })
}
