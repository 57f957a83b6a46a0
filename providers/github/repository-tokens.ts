import { fail, ok, type Result } from '../../src/core/result.ts'
import { Secret } from '../../src/core/secret.ts'
import type { CredentialForUse, CredentialOrder, Issued } from '../../src/ports/credential-issuer.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { unauthorized, unseen } from '../common/faults.ts'
import { type GithubClient, shaped } from './client.ts'
import type { GithubConfig } from './config.ts'
import { AppAssertion, mintedShape } from './credential.ts'
import { readScope } from './entitlement.ts'
import { NOT_ACCEPTED } from './faults.ts'
import { gitHostOf } from './git-host.ts'

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app */
export const TOKEN_SECONDS = 3600

/**
 * Installation tokens for agents, each narrowed to what its role names. They live for an hour, which cannot be made
 * shorter: taking them back is what ends them.
 */
export class RepositoryTokens {
  readonly #client: GithubClient
  readonly #apiUrl: string
  readonly #app: { readonly assertion: AppAssertion; readonly installationId: number } | undefined

  constructor(client: GithubClient, { apiUrl, app }: GithubConfig) {
    this.#client = client
    this.#apiUrl = apiUrl
    this.#app = app && { assertion: new AppAssertion(app), installationId: app.installationId }
  }

  /** https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
  async issue({ scope, signal }: CredentialOrder): Promise<Result<Issued, Fault>> {
    if (this.#app === undefined) return fail(unauthorized('the configuration has no App any more'))
    const { repositories, permissions } = readScope(scope)
    const order = { installation_id: this.#app.installationId, repositories, permissions, signal }
    const assertion = await this.#app.assertion.sign()
    const answer = await this.#client.sendWith(assertion, `POST ${INSTALLATION}`, order)
    if (!answer.ok) return fail(answer.error.kind === 'missing' ? notInstalled : answer.error)
    const minted = shaped(answer.value.data, mintedShape)
    if (!minted.ok) return minted
    const token = new Secret(minted.value.token)
    return ok({ credential: this.#forUse(token), receipt: token, expiresAt: Date.parse(minted.value.expires_at) })
  }

  /** By the token itself. https://docs.github.com/en/rest/apps/installations#revoke-an-installation-access-token */
  async withdraw(receipt: Secret, signal: AbortSignal): Promise<Result<undefined, Fault>> {
    const answer = await this.#client.sendWith(receipt.reveal(), 'DELETE /installation/token', { signal })
    if (answer.ok) return ok(undefined)
    if (answer.error.kind !== 'missing' && isRefused(answer.error)) return ok(undefined)
    return fail(
      answer.error.kind === 'missing' ? unseen('GitHub does not know how to take a token back') : answer.error,
    )
  }

  /**
   * A token that GitHub refuses, while it accepts the App that made it: a GitHub that refuses everybody says nothing.
   * The read costs no part of a rate limit; where limits are switched off, its 404 is an answer to a living token.
   * https://docs.github.com/en/rest/rate-limit/rate-limit
   */
  async isDead(receipt: Secret, signal: AbortSignal): Promise<Result<boolean, Fault>> {
    const read = await this.#client.sendWith(receipt.reveal(), 'GET /rate_limit', { signal })
    if (read.ok || read.error.kind === 'missing') return ok(false)
    if (!isRefused(read.error)) return fail(read.error)
    if (this.#app === undefined) return ok(true)
    const control = await this.#client.sendWith(await this.#app.assertion.sign(), 'GET /app', { signal })
    if (control.ok) return ok(true)
    return fail(control.error.kind === 'missing' ? unseen('GitHub does not know our App') : control.error)
  }

  /** `gh` reads other names for a server of one's own: https://cli.github.com/manual/gh_help_environment */
  #forUse(token: Secret): CredentialForUse {
    const host = gitHostOf(this.#apiUrl)
    const isHosted = host === 'github.com' || host.endsWith('.ghe.com')
    const enterprise = { GH_ENTERPRISE_TOKEN: token, GH_HOST: new Secret(host) }
    return {
      environment: { GH_TOKEN: token, GITHUB_TOKEN: token, ...(isHosted ? {} : enterprise) },
      git: { host, username: 'x-access-token', password: token },
    }
  }
}

const INSTALLATION = '/app/installations/{installation_id}/access_tokens'
const notInstalled = unauthorized('GitHub does not know the installation of our App')

/** Only a 401: a 403 is about a right, and the token lives. */
function isRefused(fault: Fault): boolean {
  return fault.kind === 'unauthorized' && fault.detail === NOT_ACCEPTED
}
