import { randomUUID } from 'node:crypto'
import { FaultPlan } from './faults.ts'
import type { JsonRecord } from './json.ts'
import { SlackSockets } from './sockets.ts'

export type SlackPerson = {
  readonly name: string
  readonly email?: string
  readonly team?: string
  readonly deleted?: boolean
  readonly isBot?: boolean
  readonly isRestricted?: boolean
  readonly isUltraRestricted?: boolean
  readonly isStranger?: boolean
  readonly isInvited?: boolean
  readonly emailConfirmed?: boolean
}

export type SlackChannel = {
  name: string
  isMember: boolean
  isExtShared: boolean
  isPendingExtShared: boolean
  isArchived?: boolean
}

/** `error` is what the call was answered with; `problem` says that the caller broke a rule and a test should fail. */
export type SlackCall = {
  readonly at: number
  readonly method: string
  readonly args: JsonRecord
  readonly ok: boolean
  readonly error?: string
  readonly problem?: string
}

export type SlackMessage = {
  readonly channel: string
  readonly ts: string
  readonly threadTs?: string
  readonly user: string
  text: string
  blocks: JsonRecord[]
  metadata?: JsonRecord
  /** What it said before each update, oldest first. */
  readonly history: { readonly text: string; readonly blocks: JsonRecord[] }[]
  readonly reactions: Record<string, string[]>
}

export type SlackEphemeral = {
  readonly at: number
  readonly channel: string
  readonly user: string
  readonly ts: string
  readonly threadTs?: string
  readonly text: string
  readonly blocks: JsonRecord[]
}

/** `to` is the full response_url. */
export type SlackResponse = {
  readonly at: number
  readonly to: string
  readonly body: unknown
  readonly problem?: string
}

export type SlackView = {
  readonly id: string
  readonly user: string
  hash: string
  view: JsonRecord
  readonly history: JsonRecord[]
}

export type SlackChange =
  | { readonly kind: 'message'; readonly what: 'posted' | 'updated' | 'deleted'; readonly message: SlackMessage }
  | { readonly kind: 'ephemeral'; readonly ephemeral: SlackEphemeral }
  | { readonly kind: 'response'; readonly response: SlackResponse }
  | { readonly kind: 'view'; readonly view: SlackView }

export type SlackWorkspaceOptions = {
  readonly people: Record<string, SlackPerson>
  readonly team?: string
  readonly botUser?: string
  readonly botToken?: string
  readonly appToken?: string
  readonly channels?: Record<string, Partial<SlackChannel>>
  /** Of the bot token, told with every answer; unless given, none are told. */
  readonly scopes?: readonly string[]
  readonly now?: () => number
}

/** Slack gives three seconds, counted from when it sent the payload. */
const TRIGGER_MS = 3000
/** More than one message a second in one channel, after this many at once, is too fast. */
const BURST = 3

/** What the workspace holds. The product sees it through the Web API, a test reads it directly. */
export class SlackState {
  readonly team: string
  readonly botUser: string
  readonly botToken: string
  /** Opens the connections of Socket Mode, and nothing else. */
  readonly appToken: string
  /** Where they are opened; set by who listens. */
  socketUrl = ''
  readonly sockets = new SlackSockets()
  readonly people: Record<string, SlackPerson>
  readonly channels: Record<string, SlackChannel> = {}
  readonly scopes: readonly string[] | undefined
  readonly now: () => number
  readonly faults = new FaultPlan()
  readonly calls: SlackCall[] = []
  readonly messages = new Map<string, SlackMessage>()
  readonly ephemerals: SlackEphemeral[] = []
  readonly responses: SlackResponse[] = []
  readonly views: SlackView[] = []
  readonly tooFast: { readonly at: number; readonly channel: string }[] = []
  readonly sources = new Map<string, SlackMessage>()
  #listeners = new Set<(change: SlackChange) => void>()
  #triggers = new Map<string, { readonly at: number; readonly user: string; isUsed: boolean }>()
  #pace = new Map<string, { left: number; at: number }>()
  #lastMicros = 0

  constructor(options: SlackWorkspaceOptions) {
    this.team = options.team ?? 'T0ACME'
    this.botUser = options.botUser ?? 'U0THAND'
    this.botToken = options.botToken ?? 'xoxb-test'
    this.appToken = options.appToken ?? 'xapp-test'
    this.people = options.people
    this.scopes = options.scopes
    this.now = options.now ?? Date.now
    for (const [id, channel] of Object.entries(options.channels ?? {}))
      this.channels[id] = { ...ordinaryChannel(id), ...channel }
  }

  channel(id: string): SlackChannel {
    return this.channels[id] ?? ordinaryChannel(id)
  }

  message(channel: string, ts: string): SlackMessage | undefined {
    return this.messages.get(`${channel}:${ts}`)
  }

  /** The calls and responses with which the product broke a rule of Slack, or one of ours. */
  get problems(): string[] {
    const ofCalls = this.calls.flatMap(({ method, problem }) =>
      problem === undefined ? [] : [`${method}: ${problem}`],
    )
    return [...ofCalls, ...this.responses.flatMap(({ problem }) => problem ?? [])]
  }

  mintTs(): string {
    this.#lastMicros = Math.max(this.now() * 1000, this.#lastMicros + 1)
    return `${Math.floor(this.#lastMicros / 1e6)}.${String(this.#lastMicros % 1e6).padStart(6, '0')}`
  }

  issueTrigger(user: string): string {
    const id = `${this.now()}.1.${randomUUID().replaceAll('-', '')}`
    this.#triggers.set(id, { at: this.now(), user, isUsed: false })
    return id
  }

  /** Whose click it was, or the error of Slack. A trigger opens one view. */
  useTrigger(id: string): { readonly user: string } | { readonly error: string } {
    const trigger = this.#triggers.get(id)
    if (!trigger) return { error: 'invalid_trigger_id' }
    if (trigger.isUsed) return { error: 'exchanged_trigger_id' }
    if (this.now() - trigger.at > TRIGGER_MS) return { error: 'expired_trigger_id' }
    trigger.isUsed = true
    return { user: trigger.user }
  }

  countPost(channel: string): void {
    const at = this.now()
    const pace = this.#pace.get(channel) ?? { left: BURST, at }
    const left = Math.min(BURST, pace.left + (at - pace.at) / 1000)
    if (left < 1) this.tooFast.push({ at, channel })
    this.#pace.set(channel, { left: Math.max(0, left - 1), at })
  }

  onChange(listener: (change: SlackChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(change: SlackChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

function ordinaryChannel(id: string): SlackChannel {
  return { name: id.toLowerCase(), isMember: true, isExtShared: false, isPendingExtShared: false }
}
