import { createAppAuth } from '@octokit/auth-app'
import type { Octokit } from '@octokit/rest'
import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { unauthorized, unknownFault } from '../common/faults.ts'
import type { GithubAppConfig, GithubCredential } from './config.ts'
import { faultOf } from './faults.ts'

/** What requests are signed with. */
export interface TokenSource {
  token(): Promise<Result<string, Fault>>
  /** GitHub did not accept the last one. */
  discard(): void
  /** Texts that no fault may repeat. */
  secrets(): readonly string[]
}

export function tokenSourceFor(credential: GithubCredential, octokit: Octokit): TokenSource {
  if (credential.kind === 'app') return new InstallationTokens(credential, octokit)
  const token = credential.token.reveal()
  return { token: async () => ok(token), discard: () => {}, secrets: () => [token] }
}

/** What an App says of itself, signed with its key: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/about-authentication-with-a-github-app */
export class AppAssertion {
  readonly #auth: ReturnType<typeof createAppAuth>

  constructor({ id, privateKey }: GithubAppConfig) {
    this.#auth = createAppAuth({ appId: id, privateKey: privateKey.reveal() })
  }

  async sign(): Promise<string> {
    return (await this.#auth({ type: 'app' })).token
  }
}

export const mintedShape = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) })

type Minted = { readonly token: string; readonly goodUntilMs: number }

const MARGIN_MS = 60_000

/**
 * An App's installation tokens, kept for their hour. auth-app signs the App's assertion only: its Octokit hook repeats a
 * call after a 401, and its own minting is shared in the process by the number of the installation alone, so the token
 * of one GitHub could be sent to another.
 * https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
class InstallationTokens implements TokenSource {
  readonly #installationId: number
  readonly #octokit: Octokit
  readonly #app: AppAssertion
  #minted: Minted | undefined
  #minting: Promise<Result<string, Fault>> | undefined

  constructor(app: GithubAppConfig, octokit: Octokit) {
    this.#installationId = app.installationId
    this.#octokit = octokit
    this.#app = new AppAssertion(app)
  }

  async token(): Promise<Result<string, Fault>> {
    if (this.#minted && this.#minted.goodUntilMs > Date.now()) return ok(this.#minted.token)
    this.#minting ??= this.#mint().finally(() => {
      this.#minting = undefined
    })
    return this.#minting
  }

  discard(): void {
    this.#minted = undefined
  }

  secrets(): readonly string[] {
    return this.#minted ? [this.#minted.token] : []
  }

  /** A 404 here is about our own installation, never about what was asked for. */
  async #mint(): Promise<Result<string, Fault>> {
    const assertion = await this.#app.sign()
    try {
      const { data } = await this.#octokit.request('POST /app/installations/{installation_id}/access_tokens', {
        installation_id: this.#installationId,
        headers: { authorization: `Bearer ${assertion}` },
      })
      const parsed = mintedShape.safeParse(data)
      if (!parsed.success) return fail(unknownFault('GitHub minted a token in a shape that it does not describe'))
      const { token, expires_at: expiresAt } = parsed.data
      this.#minted = { token, goodUntilMs: Date.parse(expiresAt) - MARGIN_MS }
      return ok(token)
    } catch (error) {
      const fault = faultOf(error, [assertion])
      return fail(fault.kind === 'missing' ? unauthorized('GitHub does not know the installation of our App') : fault)
    }
  }
}
