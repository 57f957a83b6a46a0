import { randomBytes, verify } from 'node:crypto'
import { held, type InstallationToken, type OrganisationState } from './state.ts'

export type GithubAppOptions = {
  id: number
  installationId: number
  publicKeyPem: string
  /** What the organisation gave its installation. */
  permissions?: Record<string, string>
}

const usual = { members: 'write', metadata: 'read' }

const tokenSeconds = 3600
const assertionSecondsMax = 600
const leewaySeconds = 60

/** A GitHub App: believes its signed assertions, mints installation tokens that live for an hour. */
export class GithubApp {
  readonly id: number
  readonly installationId: number
  readonly permissions: Record<string, string>
  readonly #publicKeyPem: string

  constructor(options: GithubAppOptions) {
    this.id = options.id
    this.installationId = options.installationId
    this.permissions = options.permissions ?? usual
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

  /** Shown once: afterwards only the state knows it. */
  mint(
    { tokens }: OrganisationState,
    { permissions, repositories }: Omit<InstallationToken, 'expiresAt'>,
  ): { token: string; expires_at: string } {
    const token = `ghs_${randomBytes(18).toString('hex')}`
    const expiresAt = Date.now() + tokenSeconds * 1000
    tokens[token] = { expiresAt, permissions, repositories }
    return { token, expires_at: `${new Date(expiresAt).toISOString().slice(0, 19)}Z` }
  }
}

/** What a token may do, while it lives. */
export function livingToken({ tokens }: OrganisationState, text: string): InstallationToken | undefined {
  const token = held(tokens, text)
  return token !== undefined && token.expiresAt > Date.now() ? token : undefined
}

function part(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch {
    return {}
  }
}
