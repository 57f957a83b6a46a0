import type { Deps } from '../usecases/deps.ts'
import type { LineLimit } from '../usecases/line-limit.ts'
import type { AccessTokens } from './access-tokens.ts'

/** What the routes of the agent API need. */
export interface ApiDeps extends Deps {
  readonly lines: LineLimit
  readonly tokens: AccessTokens
  /** What a device does is done by one configuration from its beginning to its end. */
  readonly during: <T>(work: (now: Deps) => Promise<T>) => Promise<T>
  /** `THAND_URL`, under which devices call us and which proofs name. */
  readonly publicUrl: string | undefined
  /** ms; of this machine, for tokens and proofs alone. */
  readonly clock: () => number
}
