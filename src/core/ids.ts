import { fail, ok, type Result } from './result.ts'

declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

/** One id names the request, its grant and its session everywhere: `req_` and 8 characters of Crockford's base32. */
export type RequestId = Id<'RequestId'>

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** From 5 random bytes (40 bits, 8 characters). The caller brings the randomness: core has none. */
export function requestIdFrom(bytes: Uint8Array): RequestId {
  return `req_${shortFrom(bytes)}` as RequestId
}

function shortFrom(bytes: Uint8Array): string {
  if (bytes.length !== 5) throw new Error('an id is made from exactly 5 bytes')
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const text = Array.from({ length: 8 }, (_, n) => ALPHABET.charAt(Number.parseInt(bits.slice(n * 5, n * 5 + 5), 2)))
  return text.join('')
}

/** What a person typed: any case, `o` for 0, `i` and `l` for 1, as Crockford's base32 reads them. */
export function parseRequestId(text: string): Result<RequestId, { readonly code: 'not_an_id' }> {
  const body = readShort('req', text)
  return body === undefined ? fail({ code: 'not_an_id' }) : ok(`req_${body}` as RequestId)
}

function readShort(prefix: string, text: string): string | undefined {
  const found = new RegExp(`^${prefix}_([0-9a-z]{8})$`).exec(text.trim().toLowerCase())
  const body = found?.[1]?.replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return body?.includes('u') ? undefined : body
}

/** A device that a person logged in: `dev_` and 8 characters of the same alphabet. Opaque, not secret. */
export type DeviceId = Id<'DeviceId'>

export function deviceIdFrom(bytes: Uint8Array): DeviceId {
  return `dev_${shortFrom(bytes)}` as DeviceId
}

export function parseDeviceId(text: string): DeviceId | undefined {
  const body = readShort('dev', text)
  return body === undefined ? undefined : (`dev_${body}` as DeviceId)
}

/** A person is named by the address that keys them in the configuration, lower case. */
export type PersonId = Id<'PersonId'>

export function personIdOf(address: string): PersonId {
  return address.trim().toLowerCase() as PersonId
}
