import type { ChatPlatform } from '../ports/chat.ts'
import type { Deps } from '../usecases/deps.ts'

export interface SweeperDeps extends Deps {
  readonly platforms: ReadonlyMap<string, ChatPlatform>
  /** In [0, 1): spreads retries. */
  readonly random: () => number
}
