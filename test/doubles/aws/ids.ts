import { randomBytes, randomUUID } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** An id that AWS never gives a second time: what it names is told by the first four letters. */
export function uniqueId(prefix: 'AIDA' | 'AROA' | 'AGPA' | 'ANPA' | 'AKIA' | 'ASIA'): string {
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17
  return prefix + [...randomBytes(length)].map((byte) => alphabet[byte % 32]).join('')
}

export function secretText(bytes = 30): string {
  return randomBytes(bytes).toString('base64')
}

export function hexId(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length)
}

/** As the identity store gives them. */
export function principalId(): string {
  return `${hexId(10)}-${randomUUID()}`
}
