import { randomBytes, verify } from 'node:crypto'

export type GithubAppOptions = {
  id: number
  installationId: number
  publicKeyPem: string
  permissions?: Record<string, string>
  /** Whose installation it is; the organisation's unless told. */
  installedOn?: string
}

const tokenSeconds = 3600
const assertionSecondsMax = 600
const leewaySeconds = 60

/** A GitHub App: believes its signed assertions, mints installation tokens and knows them again for an hour. */
export class GithubApp {
  readonly id: number
  readonly installationId: number
  readonly permissions: Record<string, string>
  readonly installedOn: string | undefined
  readonly #publicKeyPem: string
  readonly #minted = new Map<string, number>()

  constructor(options: GithubAppOptions) {
    this.id = options.id
    this.installationId = options.installationId
    this.permissions = options.permissions ?? { members: 'write', metadata: 'read' }
    this.installedOn = options.installedOn
    this.#publicKeyPem = options.publicKeyPem
  }

  /** What is wrong with an assertion, in GitHub's words; `undefined` when it holds. */
  objection(assertion: string): string | undefined {
    const [head = '', claims = '', signature = ''] = assertion.split('.')
    const { alg } = part(head)
    const { iss, iat, exp } = part(claims)
    const isSigned =
      alg === 'RS256' &&
      verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), this.#publicKeyPem, Buffer.from(signature, 'base64url'))
    if (!isSigned) return 'A JSON web token could not be decoded'
    const now = Date.now() / 1000
    if (String(iss) !== String(this.id)) return "'Issuer' claim ('iss') must be an Integer"
    if (typeof iat !== 'number' || iat > now + leewaySeconds)
      return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
    if (typeof exp !== 'number' || exp <= now)
      return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
    if (exp > now + assertionSecondsMax + leewaySeconds)
      return "'Expiration time' claim ('exp') is too far in the future"
    return undefined
  }

  mint(): { token: string; expires_at: string } {
    const token = `ghs_${randomBytes(18).toString('hex')}`
    const expiresAt = Date.now() + tokenSeconds * 1000
    this.#minted.set(token, expiresAt)
    return { token, expires_at: `${new Date(expiresAt).toISOString().slice(0, 19)}Z` }
  }

  hasMinted(token: string): boolean {
    return (this.#minted.get(token) ?? 0) > Date.now()
  }
}

function part(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch {
    return {}
  }
}
