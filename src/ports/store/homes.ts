import type { PersonId } from '../../core/ids.ts'
import type { StoredRequest } from './requests.ts'

/** The page of one person on one platform. */
export interface StoredHome {
  readonly platform: string
  readonly person: PersonId
  readonly account: string
  /** Publishing it that failed, since it was last shown. */
  readonly tries: number
  /** Whose turn it is ends then: what is written back after that is another's. */
  readonly takenUntil: number
}

export interface Homes {
  /** Somebody looks at it now: it is due. */
  open(home: Pick<StoredHome, 'platform' | 'person' | 'account'>): Promise<void>
  /** Who looked at theirs not long ago: nobody else sees a change. */
  openPeople(): Promise<readonly PersonId[]>
  /** Those of them that are open are due. */
  changed(people: readonly PersonId[]): Promise<void>
  /** Requests that have changed and were not given here since; locked, skipping what others hold. */
  claimNews(limit: number): Promise<readonly StoredRequest[]>
  /** Due ones, each for one publisher at a time. */
  claim(limit: number, forMs: number): Promise<readonly StoredHome[]>
  shown(home: StoredHome): Promise<void>
  /** Due again at that time, or never. */
  failed(home: StoredHome, atMs: number | undefined): Promise<void>
}
