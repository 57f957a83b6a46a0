import { createHmac, randomUUID } from 'node:crypto'
import { overSocket, type SlackDelivery, send } from './delivery.ts'
import { isRecord, type JsonRecord, recordOf, recordsOf } from './json.ts'
import { messageProblems, optionsProblems, viewProblems } from './limits.ts'
import { shortcutPayload, suggestionPayload } from './menu-payloads.ts'
import { commandForm, eventPayload, type Occasion, pressPayload, submissionPayload } from './payloads.ts'
import { type Problem, wordsOf } from './problem.ts'
import { buttonsOf, type Pressable, type SlackButton } from './reading.ts'
import { showView } from './view-methods.ts'
import type { SlackMessage, SlackView, SlackWorkspace } from './workspace.ts'

export type SignedOptions = {
  readonly secret?: string
  /** Seconds; a string goes out as it is. */
  readonly timestamp?: number | string
  readonly signature?: string
  /** Added to the headers; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly contentType?: string
}

export type SlackOptions = SignedOptions & {
  readonly channel?: string
  readonly team?: string
  readonly eventId?: string
  readonly eventTs?: string
  readonly command?: string
  /** Laid over the payload of an interaction or the envelope of an event. */
  readonly extra?: JsonRecord
}

export type SlackClientOptions = {
  /** Where the product listens, without a path, or the full address of its endpoint. */
  readonly target: string
  readonly secret: string
  readonly workspace: SlackWorkspace
  /** Everything goes over the connections of Socket Mode: what an envelope carries instead of the signed request. */
  readonly isSocket?: boolean
}

export function signatureOf(secret: string, timestamp: number | string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`
}

export const slackClient = (options: SlackClientOptions): SlackClient => new SlackClient(options)

/** What people do in Slack, as the signed requests that reach the product. */
export class SlackClient {
  readonly #url: string
  readonly #secret: string
  readonly #workspace: SlackWorkspace
  readonly #isSocket: boolean

  constructor({ target, secret, workspace, isSocket = false }: SlackClientOptions) {
    const base = target.replace(/\/$/, '')
    this.#url = new URL(base).pathname === '/' ? `${base}/slack/events` : base
    this.#secret = secret
    this.#workspace = workspace
    this.#isSocket = isSocket
  }

  async command(user: string, text: string, options: SlackOptions = {}): Promise<SlackDelivery> {
    const occasion = this.#occasion(user, options)
    const channel = options.channel ?? 'C0GENERAL'
    const form = commandForm(occasion, options.command ?? '/thand', text, channel)
    const delivery = await this.signed(form, options)
    const { text: said, blocks } = recordOf(delivery.body)
    if (delivery.status === 200 && (said !== undefined || blocks !== undefined))
      this.#complain('slash command', messageProblems(recordOf(delivery.body)))
    return { ...delivery, responseUrl: occasion.responseUrl }
  }

  /** `button` is one of `buttonsOf`, or the label or the action id of one that is there now. */
  async press(
    user: string,
    target: Pressable,
    button: SlackButton | string,
    options: SlackOptions = {},
  ): Promise<SlackDelivery> {
    const occasion = this.#occasion(user, options)
    if ('history' in target && 'ts' in target) this.#workspace.sources.set(occasion.responseUrl, target)
    const payload = pressPayload(occasion, target, theButton(target, button), options.channel)
    const delivery = await this.interaction(payload, options)
    return 'view' in target ? delivery : { ...delivery, responseUrl: occasion.responseUrl }
  }

  async submitView(
    user: string,
    view: SlackView,
    values: Readonly<Record<string, string | JsonRecord>> = {},
    options: SlackOptions = {},
  ): Promise<SlackDelivery> {
    const payload = submissionPayload(this.#occasion(user, options), view, values)
    const delivery = await this.interaction(payload, options)
    if (delivery.status === 200 && isRecord(delivery.body)) this.#followUp(view, delivery.body)
    return delivery
  }

  interaction(payload: JsonRecord, options: SlackOptions = {}): Promise<SlackDelivery> {
    const form = new URLSearchParams({ payload: JSON.stringify({ ...payload, ...options.extra }) })
    return this.signed(form.toString(), options)
  }

  react(user: string, message: SlackMessage, name: string, options: SlackOptions = {}): Promise<SlackDelivery> {
    const users = message.reactions[name] ?? []
    message.reactions[name] = [...new Set([...users, user])]
    return this.#reaction('reaction_added', user, message, { name, ...options })
  }

  unreact(user: string, message: SlackMessage, name: string, options: SlackOptions = {}): Promise<SlackDelivery> {
    message.reactions[name] = (message.reactions[name] ?? []).filter((each) => each !== user)
    return this.#reaction('reaction_removed', user, message, { name, ...options })
  }

  /** What a search field of an open form finds for these letters, as the options of Slack. */
  async suggest(user: string, view: SlackView, field: string, typed = ''): Promise<readonly JsonRecord[]> {
    const payload = suggestionPayload(this.#occasion(user, {}), view, { field, typed })
    const delivery = await this.interaction(payload)
    const answer = recordOf(delivery.body)
    this.#complain('block suggestion', delivery.status === 200 ? optionsProblems(answer) : [])
    return recordsOf(answer['options'])
  }

  /** From Slack's own menu. */
  shortcut(user: string, callbackId = 'thand:request', options: SlackOptions = {}): Promise<SlackDelivery> {
    return this.interaction(shortcutPayload(this.#occasion(user, options), callbackId), options)
  }

  openHome(user: string, options: SlackOptions & { readonly tab?: string } = {}): Promise<SlackDelivery> {
    const channel = `D${user.slice(1)}`
    return this.event({ type: 'app_home_opened', user, channel, tab: options.tab ?? 'home' }, options)
  }

  /** `@Thand …` in a channel; `text` is what follows the name. */
  mention(user: string, text: string, options: SlackOptions & { readonly threadTs?: string } = {}) {
    const named = `<@${this.#workspace.botUser}> ${text}`
    return this.say(user, named, { channel: 'C0GENERAL', ...options, type: 'app_mention' })
  }

  /** A message to us directly, unless another channel is given. */
  say(
    user: string,
    text: string,
    options: SlackOptions & { readonly threadTs?: string; readonly type?: string; readonly event?: JsonRecord } = {},
  ): Promise<SlackDelivery> {
    const { channel = `D${user.slice(1)}`, threadTs, type = 'message' } = options
    const ts = this.#workspace.mintTs()
    const where = type === 'message' ? { channel_type: channel.startsWith('D') ? 'im' : 'channel' } : {}
    const inThread = threadTs === undefined ? {} : { thread_ts: threadTs }
    const message = { type, user, text, ts, event_ts: ts, channel, team: this.#workspace.team, ...where, ...inThread }
    return this.event({ ...message, ...options.event }, options)
  }

  event(event: JsonRecord, options: SlackOptions = {}): Promise<SlackDelivery> {
    const eventId = options.eventId ?? `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`
    const whole = { ...event, event_ts: options.eventTs ?? event['event_ts'] ?? this.#workspace.mintTs() }
    const payload = eventPayload(this.#workspace, options.team ?? this.#workspace.team, whole, eventId)
    const body = JSON.stringify({ ...payload, ...options.extra })
    return this.signed(body, { contentType: 'application/json', ...options })
  }

  signed(body: string, options: SignedOptions = {}): Promise<SlackDelivery> {
    if (this.#isSocket) return overSocket(this.#workspace, body)
    const timestamp = options.timestamp ?? Math.floor(this.#workspace.now() / 1000)
    const headers: Record<string, string | undefined> = {
      'content-type': options.contentType ?? 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': options.signature ?? signatureOf(options.secret ?? this.#secret, timestamp, body),
      ...options.headers,
    }
    const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return send({ url: this.#url, headers: Object.fromEntries(present), body })
  }

  /** The same bytes again; `headers` adds to them, as the retry headers of Slack do. */
  async resend(last: SlackDelivery, headers: Readonly<Record<string, string>> = {}): Promise<SlackDelivery> {
    const delivery = await send({ ...last.sent, headers: { ...last.sent.headers, ...headers } })
    return last.responseUrl === undefined ? delivery : { ...delivery, responseUrl: last.responseUrl }
  }

  #occasion(user: string, options: SlackOptions): Occasion {
    const workspace = this.#workspace
    const responseUrl = `${workspace.url}/response/${randomUUID()}`
    return { workspace, user, team: options.team ?? workspace.team, responseUrl }
  }

  #reaction(type: string, user: string, message: SlackMessage, options: SlackOptions & { readonly name: string }) {
    const item = { type: 'message', channel: options.channel ?? message.channel, ts: message.ts }
    return this.event({ type, user, reaction: options.name, item, item_user: message.user }, options)
  }

  /** What the answer to a submission makes Slack show. */
  #followUp(view: SlackView, answer: JsonRecord): void {
    if (answer['response_action'] === 'update') {
      const problems = viewProblems(answer['view'], 'modal')
      this.#complain('view submission', problems)
      if (problems.length === 0) showView(view, recordOf(answer['view']), this.#workspace)
    }
    if (answer['response_action'] !== 'errors') return
    const ids = recordsOf(view.view['blocks']).flatMap(({ type, block_id: id }) => (type === 'input' ? [id] : []))
    const wrong = Object.keys(recordOf(answer['errors'])).filter((id) => !ids.includes(id))
    const about = wrong.map((id) => ({ error: '', pointer: `/errors/${id}`, message: 'no such input' }))
    this.#complain('view submission', about)
  }

  #complain(method: string, problems: readonly Problem[]): void {
    if (problems.length === 0) return
    const problem = problems.map(wordsOf).join('; ')
    this.#workspace.calls.push({
      at: this.#workspace.now(),
      method: `answer to ${method}`,
      args: {},
      ok: false,
      problem,
    })
  }
}

function theButton(target: Pressable, wanted: SlackButton | string): SlackButton {
  if (typeof wanted !== 'string') return wanted
  const there = buttonsOf(target)
  const found = there.find(({ label, actionId }) => label === wanted || actionId === wanted)
  if (found) return found
  throw new Error(`no button ${wanted}, only ${there.map(({ label }) => label).join(', ') || 'none'}`)
}
