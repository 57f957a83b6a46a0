import type { Result } from '../../src/core/result.ts'
import type { NativeEnd, Subject } from '../../src/core/target.ts'
import type { Fault, GrantOrder, Observation } from '../../src/ports/provider.ts'
import type { AwsClients } from './clients.ts'

/** One call of the port: its requests share a deadline. */
export interface AwsCall {
  readonly clients: AwsClients
  readonly signal: AbortSignal
}

/** One that is about users of IAM: what our credential shows of another account than this one says nothing. */
export interface AccountCall extends AwsCall {
  readonly account: string
}

/** A kind of slot of a user of IAM: `group:sre`, `policy:arn:…`, `inline:req_…`. It has one level above absent. */
export interface SlotKind {
  /** What the name of a slot begins with, before its colon. */
  readonly name: string
  /** Its one level above absent, and the words for both. */
  readonly level: string
  readonly levelWords: { readonly absent: string; readonly there: string }
  /** What AWS ends by itself at the end that a raise tells it. */
  readonly nativeEnd: NativeEnd
  /** Whether what comes after the colon can be one: a slot of another spelling is never asked about. */
  isPlace(place: string): boolean
  observe(call: AccountCall, subject: Subject, place: string): Promise<Result<Observation, Fault>>
  raise(call: AccountCall, subject: Subject, change: SlotChange): Promise<Result<undefined, Fault>>
  lower(call: AccountCall, subject: Subject, change: SlotChange): Promise<Result<undefined, Fault>>
}

export interface SlotChange {
  readonly place: string
  readonly order: GrantOrder
}
