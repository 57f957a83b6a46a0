import type { World } from '../support/world.ts'

export type Name = 'ann' | 'bob' | 'sam' | 'sue'

export interface Shown {
  readonly text: string
  readonly buttons: readonly string[]
}

/** What people do and read at one chat platform, in words that are the same for all of them. */
export interface Door {
  readonly platform: 'slack' | 'teams'
  readonly world: World
  /** What somebody reads as the answer to a line; what their chat calls us is left away. */
  say(person: Name, line: string): Promise<string>
  /** Asks one-to-one; the id. */
  ask(person: Name, words: string): Promise<string>
  /** The card of a request in the channel, once it is there. */
  card(id: string): Promise<Shown>
  everSaid(id: string): readonly string[]
  /** In the thread of the card. */
  thread(id: string): readonly string[]
  /** What was said to somebody one-to-one, the newest last. */
  told(person: Name): readonly string[]
  /** A button of the card in the channel; what is read as the answer. */
  press(person: Name, id: string, button: string): Promise<string>
  /** A button that opens a form, and the form sent; what is read as the answer. */
  fillIn(person: Name, id: string, button: string, values: Readonly<Record<string, string>>): Promise<string>
  /** The form to ask, from nothing: what is read when it is sent. */
  askByForm(person: Name, values: Readonly<Record<string, string>>): Promise<string>
  /** A button of one of the messages that somebody got one-to-one, the newest that has it. */
  pressTold(person: Name, button: string): Promise<string>
  fillInTold(person: Name, button: string, values: Readonly<Record<string, string>>): Promise<string>
  react(person: Name, id: string, isRemoved?: boolean): Promise<void>
  /** The same press, delivered again as it was. */
  pressTwice(person: Name, id: string, button: string): Promise<void>
  deleteCard(id: string): Promise<void>
  roots(): number
  /** The platform answers the next posts that they come too fast. */
  throttle(times: number): void
  /** We are taken out of the channel, and put there again. */
  leave(): void
  join(): void
  close(): Promise<readonly string[]>
}
