/**
 * What a person types in chat to say which device they mean: 8 letters without vowels, so that no word comes out, and without
 * letters that look like others. https://www.rfc-editor.org/rfc/rfc8628#section-6.1
 */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'
const LETTERS = 8
/** The largest multiple of 20 that a byte holds: above it some letters would be likelier than others. */
const FAIR_BELOW = 240

/** `WDJBMJHT` from random bytes; 32 are always enough in practice. */
export function userCodeFrom(bytes: Uint8Array): string {
  const fair = Array.from(bytes).filter((byte) => byte < FAIR_BELOW)
  if (fair.length < LETTERS) throw new Error('too few random bytes for a code')
  return fair
    .slice(0, LETTERS)
    .map((byte) => ALPHABET.charAt(byte % ALPHABET.length))
    .join('')
}

/** `WDJB-MJHT`, as it is shown. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, LETTERS / 2)}-${code.slice(LETTERS / 2)}`
}

/** Any case, with the dash, a blank or nothing between. Undefined when it cannot be a code. */
export function readUserCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replaceAll(/[-\s\u2010-\u2015]/g, '')
  return /^[A-Z]{8}$/.test(letters) ? letters : undefined
}
