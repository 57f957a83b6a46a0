/** Shapes that vendors give their secrets, so that a scanner finds them. */
const VENDOR_SHAPES = [
  /\bgh[oprsu]_[A-Za-z0-9]{16,}/,
  /\bgithub_pat_\w{16,}/,
  /\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[\w-]{30,}/,
  /\bsk-[\w-]{20,}/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /-----BEGIN [A-Z ]+-----/,
  /\b[a-z][a-z0-9+]*:\/\/[^\s/:@]*:[^\s/@$]+@/i,
  /\b[0-9a-f]{40,}\b/i,
]
const LONG_RUN = /[A-Za-z0-9+/_=-]{32,}/g
const BITS_PER_LETTER_MIN = 4.1
const SECRET_KEY = /(?:token|secret|passw(?:or)?d|passphrase|private_?key|api_?key|credential)s?$/i
const SECRET_ASSIGNMENT =
  /(?:token|secret|passw(?:or)?d|passphrase|private_?key|api_?key|credential)s?["']?\s*:\s*(?!["']?\$\{(?:env|file):)\S/i

/** Whether a text looks like a secret that somebody pasted. */
export function looksSecret(text: string): boolean {
  return VENDOR_SHAPES.some((shape) => shape.test(text)) || (text.match(LONG_RUN) ?? []).some(isRandom)
}

/** Whether a key is one whose value is a secret whatever it looks like: `token`, `client_secret`. */
export function namesSecret(key: string | number | undefined): boolean {
  return typeof key === 'string' && SECRET_KEY.test(key)
}

/** Which lines of a file must not be shown, counted from 1. Works on text that is no YAML, too. */
export function secretLines(text: string): ReadonlySet<number> {
  const found = new Set<number>()
  let isInKey = false
  text.split('\n').forEach((line, index) => {
    isInKey ||= line.includes('-----BEGIN ')
    if (isInKey || looksSecret(line) || SECRET_ASSIGNMENT.test(line)) found.add(index + 1)
    if (line.includes('-----END ')) isInKey = false
  })
  return found
}

function isRandom(run: string): boolean {
  const isMixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)
  return isMixed && bitsPerLetter(run) >= BITS_PER_LETTER_MIN
}

function bitsPerLetter(text: string): number {
  const counts = new Map<string, number>()
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return [...counts.values()].reduce((sum, n) => sum - (n / text.length) * Math.log2(n / text.length), 0)
}
