import type { Card, Choice, FieldError, Form } from '../cards/card.ts'
import type { PersonId } from '../core/ids.ts'

/** A chat account as the platform vouches for it: ids of the platform, never names or addresses. */
export interface AccountRef {
  readonly platform: string
  /** Workspace, enterprise or tenant of the account itself, not of the channel. */
  readonly tenant: string
  readonly account: string
}

/** Where something is said. `direct` names the person's account; the platform opens the conversation. */
export type Conversation =
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'direct'; readonly account: string }
  /** The person's own page with us. What is posted there takes the place of what stood there. */
  | { readonly kind: 'home'; readonly account: string }

export interface MessageRef {
  readonly channel: string
  readonly message: string
}

/** One thing that a person did on a platform, verified to come from it. */
export interface Inbound {
  /** The same delivery again has the same id: an event's own id, or the hash of the signature. */
  readonly deliveryId: string
  readonly requestId: string
  readonly sender: AccountRef
  readonly channel: string | undefined
  /** The channel is shared, or about to be, outside the workspace. */
  readonly isSharedOutside: boolean
  /** What was done can be answered by a form. */
  readonly canShowForm: boolean
  /** The message whose place the answer takes in the eyes of who acted: the answer says how it looks now. */
  readonly inPlaceOf?: MessageRef
  readonly input: Input
}

export type Input =
  | { readonly kind: 'line'; readonly text: string }
  /** A button on `message`; `isOurs`: the platform says that our bot wrote that message. */
  | {
      readonly kind: 'press'
      readonly line: string
      readonly message: MessageRef | undefined
      readonly isOurs: boolean
    }
  /** Opens a form, such as *Deny…*. `form` is what the button or command asked for. */
  | { readonly kind: 'open_form'; readonly form: string; readonly message: MessageRef | undefined }
  | {
      readonly kind: 'form'
      readonly form: Form['id']
      readonly about: string
      readonly values: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'reaction'
      readonly vote: 'yes' | 'no'
      readonly isAdded: boolean
      readonly message: MessageRef
      /** The platform's time of the event, in microseconds: orders reactions of one person on one card. */
      readonly at: number
    }
  /** Somebody types into a search field of a form and waits for what it finds. */
  | { readonly kind: 'suggest'; readonly form: Form['id']; readonly field: string; readonly typed: string }
  /** Somebody looks at their own page with us. */
  | { readonly kind: 'home' }
  /** A platform shows a message anew, or somebody leaves a form: nothing is done. */
  | { readonly kind: 'look' }

export type Answer = (
  | { readonly kind: 'card'; readonly card: Card; readonly isRefusal: boolean }
  | { readonly kind: 'form'; readonly form: Form }
  | { readonly kind: 'field_errors'; readonly errors: readonly FieldError[] }
  | { readonly kind: 'options'; readonly options: readonly Choice[] }
  | { readonly kind: 'nothing' }
) & {
  /** How the message that was touched looks now; undefined where it shows no request. */
  readonly inPlace?: Card
}

export type Delivery =
  | { readonly kind: 'sent'; readonly message: MessageRef }
  | { readonly kind: 'slow_down'; readonly seconds: number }
  /** It cannot be delivered there until somebody mends it: `not_in_channel`, `shared_outside`, or the platform's own code. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** Somebody deleted the message that was to be replaced. */
  | { readonly kind: 'gone' }
  /** It may have been delivered. */
  | { readonly kind: 'unknown'; readonly why: string }

/** An answer that stands from now on in somebody's own chat with us. */
export interface Kept {
  readonly reader: AccountRef
  readonly card: Card
  readonly message: MessageRef
  /** A thread can begin there. */
  readonly canBeRoot: boolean
}

export interface Hearing {
  /** Verified input goes here; its answer is shown to the person who sent it, and to nobody else. */
  receive(inbound: Inbound): Promise<Answer>
  /** Accounts that have changed, of which nothing is believed but that one had better ask. */
  noticed(account: AccountRef): void
  /** Answers that do not go away by themselves: they follow what becomes of their request. */
  kept(answer: Kept): Promise<void>
}

export interface ChatPlatform {
  readonly id: string
  start(hearing: Hearing): Promise<void>
  /** `key` is ours and the same for the same message. `thread` is the root message that it answers. */
  post(to: Conversation, card: Card, options: { readonly key: string; readonly thread?: MessageRef }): Promise<Delivery>
  /** Safe to repeat. */
  replace(message: MessageRef, card: Card): Promise<Delivery>
  stop(): Promise<void>
}

/** What a platform's directory says of an account. */
export type AccountFacts =
  | {
      readonly kind: 'member'
      /** Confirmed address, lower case; `undefined` where the platform tells none. */
      readonly address: string | undefined
      readonly displayName: string
    }
  | {
      readonly kind: 'refused'
      readonly why: 'guest' | 'stranger' | 'bot' | 'deactivated' | 'other_workspace' | 'unconfirmed'
    }
  | { readonly kind: 'unknown' }
  /** It never acted, and the platform told nobody yet where it could be asked about. */
  | { readonly kind: 'unheard' }

export interface AccountLookup {
  /** Throws when the platform cannot be asked: that is not an answer. */
  find(account: AccountRef): Promise<AccountFacts>
  /** The account behind an address, for mentions only: binds nothing. */
  findByAddress(address: string): Promise<string | undefined>
}

/** The platform's account of a person, for a mention or a direct message. */
export type AccountOf = (person: PersonId) => Promise<string | undefined>
