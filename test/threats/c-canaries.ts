/** Put together here, so that no scanner takes this file for a leak. */
export const CANARIES = {
  botToken: `xox${'b'}-canary-${'4711'.repeat(3)}-Bot`,
  signingSecret: `canary-signing-${'8c5f'.repeat(4)}`,
  oldSigningSecret: `canary-rotated-${'1d2e'.repeat(4)}`,
  githubToken: `gh${'p'}_canaryGithub${'Zz09'.repeat(5)}`,
  databasePassword: `canary~pass+word/${'q7'.repeat(4)}`,
  secretKey: Buffer.from('canary-key-0123456789-abcdefghij').toString('base64'),
  fileSecret: `canary_file_${'5e6f'.repeat(4)}`,
}

/** As it is, and as it looks on its way: in addresses, in headers, in dumps. */
function looksOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  // In the middle of something else, base64 has one of three looks; the ends belong to the neighbours.
  const shifted = [0, 1, 2].map((by) =>
    Buffer.concat([Buffer.alloc(by), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  const urls = [encodeURIComponent(secret), encodeURI(secret), JSON.stringify(secret).slice(1, -1)]
  return [
    secret,
    ...urls,
    ...shifted,
    bytes.toString('base64url').slice(0, -2),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ]
}

const looksOfAll = (secrets: Readonly<Record<string, string>>) =>
  Object.entries(secrets).flatMap(([name, secret]) => looksOf(secret).map((look) => [name, look] as const))
const LOOKS = looksOfAll(CANARIES)

/** The names of those that a text gives away. */
export const leaksIn = (text: string) => namesIn(LOOKS, text)
/** The same of secrets that only the test knows. */
export const leakedOf = (secrets: Readonly<Record<string, string>>, text: string) => namesIn(looksOfAll(secrets), text)

const namesIn = (looks: ReturnType<typeof looksOfAll>, text: string) => [
  ...new Set(looks.filter(([, look]) => text.includes(look)).map(([name]) => name)),
]
