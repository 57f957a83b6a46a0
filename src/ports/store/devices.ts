import type { AuditEvent } from '../../core/audit.ts'
import type { DeviceId, PersonId } from '../../core/ids.ts'
import type { AccountRef } from '../chat.ts'

/** What a device says of itself, and its public key (JWK); `thumbprint` is that of RFC 7638. */
export interface DeviceClaims {
  readonly name: string
  readonly host: string
  readonly thumbprint: string
}

/** `asked` by a device; its card was answered `confirmed` or `refused`; `used`: the device has its first tokens. */
export type LoginState = 'asked' | 'confirmed' | 'refused' | 'used'

/** A device that asks to be somebody's. Its codes are stored as hashes. */
export interface DeviceLogin extends DeviceClaims {
  /** Names the card's buttons: 128 bits, known to nobody but who was shown the card. */
  readonly id: string
  readonly state: LoginState
  readonly address: string
  /** Who typed the code: the card is theirs alone, on this account. */
  readonly shownTo: { readonly person: PersonId; readonly account: AccountRef } | undefined
  readonly device: DeviceId | undefined
  readonly askedAt: number
  readonly expiresAt: number
  readonly polledAt: number | undefined
  readonly intervalSeconds: number
}

export interface NewLogin extends DeviceClaims {
  readonly id: string
  readonly deviceCodeHash: string
  readonly userCodeHash: string
  readonly address: string
  readonly expiresAt: number
  readonly intervalSeconds: number
}

/** Each `lock…` locks the row to the end of the transaction; what is over is found, too. */
export interface DeviceLogins {
  /** False when the user code is taken. */
  insert(login: NewLogin): Promise<boolean>
  lockByDeviceCode(hash: string): Promise<DeviceLogin | undefined>
  lockByUserCode(hash: string): Promise<DeviceLogin | undefined>
  lock(id: string): Promise<DeviceLogin | undefined>
  show(id: string, to: { readonly person: PersonId; readonly account: AccountRef }): Promise<void>
  polled(id: string, intervalSeconds: number): Promise<void>
  /** Compare-and-set. */
  move(
    id: string,
    move: { readonly from: LoginState; readonly to: LoginState; readonly device?: DeviceId },
  ): Promise<boolean>
  /** When this person typed wrong codes; locks these to the end of the transaction. */
  lockWrongCodes(person: PersonId): Promise<readonly number[]>
  putWrongCodes(person: PersonId, at: readonly number[]): Promise<void>
}

/** A device that acts for a person. */
export interface StoredDevice extends DeviceClaims {
  readonly id: DeviceId
  readonly person: PersonId
  /** The chat platform where its person confirmed it: where what it asks for is told. */
  readonly platform: string
  /** There, the account that confirmed it. */
  readonly account: string
  readonly boundAt: number
  /** When it last had new tokens. */
  readonly seenAt: number
  /** It is over then unless it has new tokens before. */
  readonly aliveUntil: number
}

export interface StoredRefreshToken {
  readonly device: DeviceId
  readonly expiresAt: number
  readonly isUsed: boolean
}

/** Only devices that live: neither ended nor over. */
export interface Devices {
  bind(device: Omit<StoredDevice, 'boundAt' | 'seenAt'>, event: AuditEvent): Promise<void>
  find(id: DeviceId): Promise<StoredDevice | undefined>
  lock(id: DeviceId): Promise<StoredDevice | undefined>
  ofPerson(person: PersonId): Promise<readonly StoredDevice[]>
  withKey(thumbprint: string): Promise<readonly StoredDevice[]>
  /** False when it had ended already: nothing was written. */
  end(id: DeviceId, event: AuditEvent): Promise<boolean>
  lockToken(hash: string): Promise<StoredRefreshToken | undefined>
  useToken(hash: string): Promise<void>
  /** A new one of this device, which lives until then. */
  putToken(id: DeviceId, token: { readonly hash: string; readonly expiresAt: number }): Promise<void>
}
