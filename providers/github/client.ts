import { Octokit } from '@octokit/rest'
import type { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { CALL_DEADLINE_MS, unlessAborted } from '../common/deadline.ts'
import { type Missing, unknownFault } from '../common/faults.ts'
import type { GithubConfig } from './config.ts'
import { type TokenSource, tokenSourceFor } from './credential.ts'
import { faultOf } from './faults.ts'

export type Answered<T> = Result<T, Fault | Missing>
export type Parameters = Readonly<Record<string, unknown>>
type Raw = { readonly data: unknown; readonly link: string; readonly scopes: string | undefined }

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const API_VERSION = '2022-11-28'
const PAGES_MAX = 50

/** One organisation on one GitHub. Nothing here repeats a request: there is one retry policy, the sweeper's. */
export class GithubClient {
  readonly org: string
  readonly isApp: boolean
  readonly #octokit: Octokit
  readonly #tokens: TokenSource

  constructor({ org, apiUrl, credential }: GithubConfig) {
    this.org = org
    this.isApp = credential.kind === 'app'
    this.#octokit = octokitAt(apiUrl)
    this.#tokens = tokenSourceFor(credential, this.#octokit)
  }

  /** Everything asked through it ends when the signal aborts. */
  during(signal: AbortSignal): GithubCall {
    return new GithubCall(this, signal)
  }

  async send(route: string, parameters: Parameters, signal: AbortSignal): Promise<Answered<Raw>> {
    const token = await this.#token(signal)
    if (!token.ok) return token
    const answer = await this.sendWith(token.value, route, { ...parameters, signal })
    if (!answer.ok && answer.error.kind === 'unauthorized') this.#tokens.discard()
    return answer
  }

  /**
   * By another bearer than our own. `{org}` is filled in; every parameter of the path is escaped, so that it stays
   * within its step.
   */
  async sendWith(
    bearer: string,
    route: string,
    { signal, ...parameters }: Parameters & { readonly signal: AbortSignal },
  ): Promise<Answered<Raw>> {
    try {
      const headers = { authorization: `Bearer ${bearer}` }
      const place = route.includes('{org}') ? { org: this.org } : {}
      const request = { ...place, ...parameters, headers, request: { signal } }
      const { data, headers: answered } = await this.#octokit.request(route, request)
      const scopes = answered['x-oauth-scopes']
      return ok({ data, link: answered.link ?? '', scopes: scopes === undefined ? undefined : String(scopes) })
    } catch (error) {
      return fail(faultOf(error, [bearer, ...this.#tokens.secrets()]))
    }
  }

  /** A token is minted for whoever needs it next, so it is waited for, not stopped. */
  async #token(signal: AbortSignal): Promise<Result<string, Fault>> {
    try {
      return await unlessAborted(signal, this.#tokens.token())
    } catch (error) {
      if (signal.aborted) return fail(unknownFault('no token before the deadline'))
      throw error
    }
  }
}

/** One call of the port: its requests share a deadline. */
export class GithubCall {
  readonly org: string
  readonly isApp: boolean
  readonly #client: GithubClient
  readonly #signal: AbortSignal

  constructor(client: GithubClient, signal: AbortSignal) {
    this.org = client.org
    this.isApp = client.isApp
    this.#client = client
    this.#signal = signal
  }

  async ask<T>(route: string, parameters: Parameters, shape: z.ZodType<T>): Promise<Answered<T>> {
    const answer = await this.#client.send(route, parameters, this.#signal)
    return answer.ok ? shaped(answer.value.data, shape) : answer
  }

  async askAs<T>(
    token: string,
    route: string,
    { parameters, shape }: { readonly parameters: Parameters; readonly shape: z.ZodType<T> },
  ): Promise<Answered<T>> {
    const answer = await this.#client.sendWith(token, route, { ...parameters, signal: this.#signal })
    return answer.ok ? shaped(answer.value.data, shape) : answer
  }

  /** Of a classic token; undefined where GitHub names none. */
  async scopes(): Promise<Answered<readonly string[] | undefined>> {
    const answer = await this.#client.send('GET /user', {}, this.#signal)
    if (!answer.ok) return answer
    const named = answer.value.scopes?.split(',').map((scope) => scope.trim())
    return ok(named?.filter((scope) => scope !== ''))
  }

  /** A list to its end. Longer than 5,000 entries is `unknown`: nothing may be concluded from a part. */
  async list<T>(route: string, parameters: Parameters, shape: z.ZodType<T>): Promise<Answered<readonly T[]>> {
    const found: T[] = []
    for (let page = 1; page <= PAGES_MAX; page++) {
      const answer = await this.#client.send(route, { ...parameters, per_page: 100, page }, this.#signal)
      if (!answer.ok) return answer
      const entries = shaped(answer.value.data, shape.array())
      if (!entries.ok) return entries
      found.push(...entries.value)
      if (!/\brel="next"/.test(answer.value.link)) return ok(found)
    }
    return fail(unknownFault(`the list has more than ${PAGES_MAX} pages`))
  }
}

export function shaped<T>(data: unknown, shape: z.ZodType<T>): Result<T, Fault> {
  const parsed = shape.safeParse(data)
  return parsed.success ? ok(parsed.data) : fail(unknownFault('GitHub answered in a shape that it does not describe'))
}

function octokitAt(baseUrl: string): Octokit {
  const quiet = () => {}
  const octokit = new Octokit({
    baseUrl,
    userAgent: 'thand',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    request: { fetch: fetchWithDeadline },
  })
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = API_VERSION
  })
  return octokit
}

/** Minting an App's token takes no signal, so what comes without one gets the deadline here. */
function fetchWithDeadline(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(CALL_DEADLINE_MS) })
}
