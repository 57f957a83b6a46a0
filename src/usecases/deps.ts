import type { Role } from '../core/role.ts'
import type { Settings } from '../core/settings.ts'
import type { Directory } from '../ports/directory.ts'
import type { Logger } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import type { Sealing } from '../ports/sealing.ts'
import type { Store } from '../ports/store/store.ts'

/** What every verb needs from outside. */
export interface Deps {
  readonly store: Store
  readonly settings: Settings
  readonly directory: Directory
  readonly providers: ReadonlyMap<string, Provider>
  readonly reasonMatches: (role: Role, reason: string) => boolean
  readonly randomBytes: (count: number) => Uint8Array
  readonly sealing: Sealing
  readonly log: Logger
}
