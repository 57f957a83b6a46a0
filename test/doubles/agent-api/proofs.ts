import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose'

/** RFC 9449, section 4.3, to the letter. */
export function proofCheck() {
  const seen = new Set<string>()
  /** The thumbprint of the key that made it, or why it does not count. */
  return async (
    proof: string | undefined,
    call: { readonly method: string; readonly url: string; readonly accessToken?: string },
  ): Promise<{ readonly thumbprint: string } | { readonly why: string }> => {
    if (proof === undefined) return { why: 'there is no proof' }
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: ['ES256', 'EdDSA', 'Ed25519'],
        maxTokenAge: 60,
        clockTolerance: 5,
      })
      const { htm, htu, jti, ath } = payload
      if (htm !== call.method || htu !== call.url) return { why: `it is for ${String(htm)} ${String(htu)}` }
      if (typeof jti !== 'string' || jti.length < 16 || seen.has(jti)) return { why: 'its jti is short or was seen' }
      const wanted = call.accessToken === undefined ? undefined : hashOf(call.accessToken)
      if (ath !== wanted) return { why: 'it is for another token' }
      if (protectedHeader.jwk === undefined || 'd' in protectedHeader.jwk) return { why: 'it carries a private key' }
      seen.add(jti)
      return { thumbprint: await calculateJwkThumbprint(protectedHeader.jwk) }
    } catch (error) {
      return { why: String(error) }
    }
  }
}

export function thumbprintOf(key: JWK): Promise<string> {
  return calculateJwkThumbprint(key)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
