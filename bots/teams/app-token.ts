import { z } from 'zod'
import type { Secret } from '../../src/core/secret.ts'

const SCOPE = 'https://api.botframework.com/.default'
const ASK_MAX_MS = 5_000
/** Asked for anew so long before it ends. */
const EARLY_MS = 5 * 60_000

const answer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() })

export interface AppTokenOptions {
  readonly appId: string
  readonly password: Secret
  /** `https://login.microsoftonline.com/<tenant>` */
  readonly authority: string
}

/**
 * Our token for the connector, by client credentials. Not the SDK's: that one asks the internet who its authority is, and
 * keeps what it has for the whole process.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#bot-to-connector
 */
export class AppToken {
  readonly #options: AppTokenOptions
  #held: { readonly token: string; readonly until: number } | undefined
  #asking: Promise<string> | undefined

  constructor(options: AppTokenOptions) {
    this.#options = options
  }

  /** Throws when it cannot be had; what is thrown names no secret. */
  get(): Promise<string> {
    if (this.#held !== undefined && performance.now() < this.#held.until) return Promise.resolve(this.#held.token)
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** The connector does not take it any more. */
  drop(token: string): void {
    if (this.#held?.token === token) this.#held = undefined
  }

  async #ask(): Promise<string> {
    const { appId, password, authority } = this.#options
    const response = await fetch(`${authority}/oauth2/v2.0/token`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(ASK_MAX_MS),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: password.reveal(),
        scope: SCOPE,
      }),
    })
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`)
    const parsed = answer.safeParse(await response.json().catch(() => undefined))
    if (!parsed.success) throw new Error('the token endpoint answered without a token')
    const { access_token: token, expires_in: seconds } = parsed.data
    this.#held = { token, until: performance.now() + Math.max(seconds * 1000 - EARLY_MS, seconds * 500) }
    return token
  }
}
