import type { WebClient } from '@slack/web-api'

export interface BotIdentity {
  readonly userId: string
  readonly botId: string | undefined
}

const AGAIN_AFTER_MS = 1000

/** Who we are in the workspace: asked when it is first needed, once at a time, and kept. Slack may come later than we do. */
export class BotIdentities {
  readonly #client: WebClient
  #known: BotIdentity | undefined
  #asking: Promise<BotIdentity> | undefined
  #failed: { readonly at: number; readonly error: unknown } | undefined

  constructor(client: WebClient) {
    this.#client = client
  }

  get known(): BotIdentity | undefined {
    return this.#known
  }

  /** Throws when Slack cannot be asked. */
  async find(): Promise<BotIdentity> {
    if (this.#known) return this.#known
    if (this.#failed && performance.now() - this.#failed.at < AGAIN_AFTER_MS) throw this.#failed.error
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<BotIdentity> {
    try {
      const { user_id: userId, bot_id: botId } = await this.#client.auth.test()
      if (userId === undefined) throw new Error('auth.test names no user')
      this.#known = { userId, botId }
      return this.#known
    } catch (error) {
      this.#failed = { at: performance.now(), error }
      throw error
    }
  }
}
