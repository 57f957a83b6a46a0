import type { AccountRef, Input, MessageRef } from '../../src/ports/chat.ts'

/** What somebody did, before it is known who they are. */
export interface Said {
  readonly input: Input
  /** The message that was touched: the answer to a press takes its place. */
  readonly message: MessageRef | undefined
  readonly canShowForm: boolean
}

/** Where the answer to a line or a reaction can be shown. */
export interface Place {
  readonly serviceUrl: string
  /** With its thread. */
  readonly conversation: string
  readonly isPersonal: boolean
  /** Asked for so that only who asked sees it; so is the answer. */
  readonly isTargeted: boolean
  readonly sender: AccountRef
  /** What the connector calls the sender. */
  readonly member: string
}
