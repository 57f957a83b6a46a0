/**
 * Where a channel, or an account, of a platform can be reached: as the last genuine delivery from there told it. For platforms
 * whose addresses come with what is heard, and can be learned in no other way.
 */
export interface HeardPlace {
  readonly platform: string
  readonly tenant: string
  /** The id of a channel or a chat, or of an account. */
  readonly place: string
  readonly kind: 'channel' | 'account'
  readonly serviceUrl: string
  /** Of an account: its one-to-one conversation with us, once there is one. */
  readonly conversation: string | undefined
  /** Of an account: what it is called by the service. */
  readonly member: string | undefined
  /** Of an account: where it was heard last, and can be asked about. */
  readonly seenIn: string | undefined
  /** Undefined: nobody said. */
  readonly isSharedOutside: boolean | undefined
}

export type PlaceKey = Pick<HeardPlace, 'platform' | 'tenant' | 'place'>

export interface Places {
  /** Takes the place of what was known; what is undefined here is kept as it was. */
  remember(place: HeardPlace): Promise<void>
  find(key: PlaceKey): Promise<HeardPlace | undefined>
  /** One that is shared outside is kept: when we are put there again, nobody may say so anew. */
  forget(key: PlaceKey): Promise<void>
  /** Of the account whose one-to-one conversation it is. */
  findByConversation(of: Pick<HeardPlace, 'platform' | 'tenant'>, conversation: string): Promise<HeardPlace | undefined>
  /** The channels, those heard last first. */
  channels(of: Pick<HeardPlace, 'platform' | 'tenant'>, limit: number): Promise<readonly HeardPlace[]>
  /** The one heard last, whatever it is. */
  latest(of: Pick<HeardPlace, 'platform' | 'tenant'>): Promise<HeardPlace | undefined>
}
