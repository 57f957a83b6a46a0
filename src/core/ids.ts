import { fail, ok, type Result } from './result.ts'

declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

/** One id names the request, its grant and its session everywhere: `req_` and 8 characters of Crockford's base32. */
export type RequestId = Id<'RequestId'>

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** From 5 random bytes (40 bits, 8 characters). The caller brings the randomness: core has none. */
export function requestIdFrom(bytes: Uint8Array): RequestId {
  if (bytes.length !== 5) throw new Error('a request id is made from exactly 5 bytes')
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const text = Array.from({ length: 8 }, (_, n) => ALPHABET.charAt(Number.parseInt(bits.slice(n * 5, n * 5 + 5), 2)))
  return `req_${text.join('')}` as RequestId
}

/** What a person typed: any case, `o` for 0, `i` and `l` for 1, as Crockford's base32 reads them. */
export function parseRequestId(text: string): Result<RequestId, { readonly code: 'not_an_id' }> {
  const found = /^req_([0-9a-z]{8})$/.exec(text.toLowerCase())
  const body = found?.[1]?.replaceAll('o', '0').replaceAll(/[il]/g, '1')
  if (body === undefined || body.includes('u')) return fail({ code: 'not_an_id' })
  return ok(`req_${body}` as RequestId)
}

/** A person is named by the address that keys them in the configuration, lower case. */
export type PersonId = Id<'PersonId'>

export function personIdOf(address: string): PersonId {
  return address.trim().toLowerCase() as PersonId
}
