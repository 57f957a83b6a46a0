import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../src/core/secret.ts'

export type SignatureVerdict = 'genuine' | 'missing' | 'stale' | 'forged'

export interface SignedPayload {
  /** The bytes as they came: a body that was parsed and written again has another signature. */
  readonly raw: Uint8Array
  readonly timestamp: unknown
  readonly signature: unknown
}

const SKEW_MAX_SECONDS = 300

/**
 * Slack's request signature, version v0 (https://docs.slack.dev/authentication/verifying-requests-from-slack).
 * Any of `secrets` may have signed, so that a secret can be rotated. A timestamp from the future is as stale as an old one.
 */
export function verifySignature(
  payload: SignedPayload,
  secrets: readonly Secret[],
  nowSeconds: number,
): SignatureVerdict {
  const { raw, timestamp, signature } = payload
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return 'missing'
  if (!/^\d{1,12}$/.test(timestamp)) return 'missing'
  if (Math.abs(nowSeconds - Number(timestamp)) > SKEW_MAX_SECONDS) return 'stale'
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return 'forged'
  const given = Buffer.from(signature.slice(3), 'hex')
  const isGenuine = secrets.some((secret) => {
    const mac = createHmac('sha256', secret.reveal()).update(`v0:${timestamp}:`).update(raw).digest()
    return timingSafeEqual(mac, given)
  })
  return isGenuine ? 'genuine' : 'forged'
}
