import { randomUUID } from 'node:crypto'
import { actionsOf, inputsOf } from './reading.ts'
import type { SigningOptions, TeamsMessage, TeamsTenant } from './tenant.ts'

export interface TeamsDelivery {
  readonly status: number
  readonly text: string
  readonly body: unknown
  readonly activity: Readonly<Record<string, unknown>>
}

export interface ActivityOptions {
  /** One-to-one unless told. */
  readonly conversation?: string
  readonly thread?: string
  readonly id?: string
  /** Laid over the activity. */
  readonly extra?: Readonly<Record<string, unknown>>
  readonly signing?: SigningOptions
  readonly authorization?: string
  readonly isMentioned?: boolean
}

/** What people do in Teams, as the signed activities that reach the product. */
export class TeamsClient {
  readonly #url: string
  readonly #tenant: TeamsTenant
  /** What somebody sees in place of a card, since they pressed something on it. */
  readonly #views = new Map<string, unknown>()

  constructor(target: string, tenant: TeamsTenant) {
    this.#url = `${target}/api/messages`
    this.#tenant = tenant
  }

  /** A line: after our name in a channel, alone one-to-one. */
  say(person: string, line: string, options: ActivityOptions = {}): Promise<TeamsDelivery> {
    const isMentioned = options.isMentioned ?? options.conversation !== undefined
    const mention = { type: 'mention', text: '<at>Thand</at>', mentioned: { id: this.#us(), name: 'Thand' } }
    const info = { type: 'clientInfo', locale: 'en-GB', country: 'GB', platform: 'Web' }
    return this.deliver(
      {
        ...this.#activity(person, options),
        type: 'message',
        text: isMentioned ? `<at>Thand</at>&nbsp;${line}` : line,
        textFormat: 'plain',
        entities: isMentioned ? [mention, info] : [info],
        ...options.extra,
      },
      options,
    )
  }

  /** A button of what this person sees there; what was filled in comes with it. */
  async press(
    person: string,
    message: TeamsMessage,
    title: string,
    values: Readonly<Record<string, string>> = {},
    options: ActivityOptions = {},
  ): Promise<TeamsDelivery> {
    const card = this.viewOf(person, message)
    const action = actionsOf(card).find((each) => each.title.startsWith(title))
    if (action === undefined) throw new Error(`there is no button ${title} on ${JSON.stringify(card)}`)
    const filled = Object.fromEntries(
      inputsOf(card).flatMap(({ id, value }) => (value === undefined ? [] : [[id, value]])),
    )
    const data = action.associatedInputs === 'none' ? action.data : { ...action.data, ...filled, ...values }
    const { type, verb } = action
    const answer = await this.invoke(
      person,
      message,
      { action: { type, title: action.title, verb, data }, trigger: 'manual' },
      options,
    )
    const shown = answer.body
    const isCard =
      typeof shown === 'object' &&
      shown !== null &&
      'type' in shown &&
      shown.type === 'application/vnd.microsoft.card.adaptive'
    if (isCard && 'value' in shown) {
      this.#tenant.checked(`seen by ${person}`, shown.value)
      this.#views.set(`${person}:${message.id}`, shown.value)
    }
    return answer
  }

  /** The message as this person sees it: their own view of it until it changes for all. */
  viewOf(person: string, message: TeamsMessage): unknown {
    return this.#views.get(`${person}:${message.id}`) ?? message.card
  }

  forgetViews(): void {
    this.#views.clear()
  }

  invoke(
    person: string,
    { id, conversation, root }: Pick<TeamsMessage, 'id' | 'conversation' | 'root'>,
    value: unknown,
    options: ActivityOptions = {},
  ): Promise<TeamsDelivery> {
    const where = conversation.startsWith('19:') ? { conversation, thread: root ?? id } : {}
    return this.deliver(
      {
        ...this.#activity(person, { ...where, ...options }),
        type: 'invoke',
        name: 'adaptiveCard/action',
        replyToId: id,
        value,
        ...options.extra,
      },
      options,
    )
  }

  react(
    person: string,
    { id, conversation, root }: Pick<TeamsMessage, 'id' | 'conversation' | 'root'>,
    reaction: string,
    options: ActivityOptions & { readonly isRemoved?: boolean } = {},
  ): Promise<TeamsDelivery> {
    const where = conversation.startsWith('19:') ? { conversation, thread: root ?? id } : {}
    const key = options.isRemoved === true ? 'reactionsRemoved' : 'reactionsAdded'
    const told = { ...this.#activity(person, { ...where, ...options }), type: 'messageReaction', replyToId: id }
    return this.deliver({ ...told, [key]: [{ type: reaction }], ...options.extra }, options)
  }

  /** The app comes to a channel, or to a person. */
  install(
    person: string,
    options: ActivityOptions & { readonly action?: 'add' | 'remove' } = {},
  ): Promise<TeamsDelivery> {
    const { action = 'add' } = options
    return this.deliver(
      { ...this.#activity(person, options), type: 'installationUpdate', action, ...options.extra },
      options,
    )
  }

  async deliver(activity: Readonly<Record<string, unknown>>, options: ActivityOptions = {}): Promise<TeamsDelivery> {
    const authorization = options.authorization ?? `Bearer ${await this.#tenant.sign(options.signing)}`
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) },
      body: JSON.stringify(activity),
    })
    const text = await response.text()
    return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text), activity }
  }

  #us(): string {
    return `28:${this.#tenant.appId}`
  }

  #activity(person: string, { conversation, thread, id }: ActivityOptions) {
    const tenant = this.#tenant
    const personal = tenant.personal.get(person) ?? `a:1-${person}`
    if (conversation === undefined) tenant.personal.set(person, personal)
    const own = id ?? tenant.nextId()
    const isChannel = conversation?.endsWith('@thread.tacv2') === true
    return {
      id: own,
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: tenant.serviceUrl,
      from: { id: tenant.mri(person), name: tenant.people[person]?.name, aadObjectId: tenant.objectId(person) },
      recipient: { id: this.#us(), name: 'Thand' },
      conversation: {
        conversationType: isChannel ? 'channel' : conversation === undefined ? 'personal' : 'groupChat',
        tenantId: tenant.tenant,
        id:
          conversation === undefined
            ? personal
            : isChannel
              ? `${conversation};messageid=${thread ?? own}`
              : conversation,
      },
      channelData: {
        tenant: { id: tenant.tenant },
        ...(isChannel ? { channel: { id: conversation }, team: { id: '19:team@thread.tacv2' } } : {}),
      },
      locale: 'en-GB',
      localTimezone: 'Europe/London',
      correlation: randomUUID(),
    }
  }
}
