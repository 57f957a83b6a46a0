import { calculateJwkThumbprint, importJWK } from 'jose'
import { z } from 'zod'

const coordinate = z.string().regex(/^[\w-]{43}$/)
const told = {
  alg: z.string().optional(),
  use: z.literal('sig').optional(),
  kid: z.string().max(200).optional(),
  key_ops: z.array(z.string()).optional(),
  ext: z.boolean().optional(),
}

/** A public key, P-256 or Ed25519. Strict: a private part is an unknown key, and refused. RFC 7517, RFC 8037. */
const publicKey = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate, ...told }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate, ...told }),
])

/** The thumbprint of RFC 7638 of what is a public key of ours; undefined for everything else. */
export async function thumbprintOf(jwk: unknown): Promise<string | undefined> {
  const read = publicKey.safeParse(jwk)
  if (!read.success) return undefined
  const { kty, crv, x } = read.data
  const bare = read.data.kty === 'EC' ? { kty, crv, x, y: read.data.y } : { kty, crv, x }
  try {
    await importJWK(bare, kty === 'EC' ? 'ES256' : 'EdDSA')
    return await calculateJwkThumbprint(bare)
  } catch {
    return undefined
  }
}
