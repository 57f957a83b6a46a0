import { createHash } from 'node:crypto'

/** 256 bits that mean nothing. Whoever stores them stores `hashOfSecret`. */
export function newSecret(randomBytes: (count: number) => Uint8Array): string {
  return Buffer.from(randomBytes(32)).toString('base64url')
}

/** Hex. Without a salt: what is hashed cannot be guessed, or is over in ten minutes. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
