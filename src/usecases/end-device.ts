import type { DeviceId } from '../core/ids.ts'
import type { Tx } from '../ports/store/store.ts'

export interface EndedDevice {
  readonly id: DeviceId
  /** A person, a device of theirs, or `system`. */
  readonly actor: string
  readonly why: string
}

/** Its tokens are worth nothing from this commit on. False when it had ended before. */
export function endDevice(tx: Tx, { id, actor, why }: EndedDevice): Promise<boolean> {
  return tx.devices.end(id, { name: 'device_ended', actor, subject: id, detail: { why } })
}
