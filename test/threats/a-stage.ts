import type { GithubOrganisation } from '../doubles/github/organisation.ts'
import type { SlackClient, SlackOptions } from '../doubles/slack/client.ts'
import type { SlackDelivery } from '../doubles/slack/delivery.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { eventually, type Stage, saidIn, yamlWith } from './b-stage.ts'

export interface Parts {
  readonly quorum?: number
  /** Lines of `people`, `roles` and `workflows`, beside those of the standard configuration. */
  readonly people?: readonly string[]
  readonly roles?: readonly string[]
  readonly workflows?: readonly string[]
  /** Whole sections. */
  readonly top?: string
}

/** The standard configuration with more in it. Nobody is called in threads: Slack takes one message a second. */
export function configWith(github: GithubOrganisation, parts: Parts): string {
  const { people = [], roles = [], workflows = [], top = '', quorum = 1 } = parts
  const yaml = yamlWith(github, { quorum, roles: roles.join('\n') })
  const more = people.map((line) => `  ${line}\n`).join('')
  return `${yaml.replace('people:\n', `people:\n${more}`).replace('reactions: true', 'reactions: true\n    notify: none')}${workflows.join('')}${top}`
}

/** A role that gives membership in the sre team. */
export function role(
  key: string,
  parts: { readonly scopes?: string; readonly workflow?: string; readonly more?: string } = {},
): string {
  const { scopes = '{ allow: { groups: [platform] } }', workflow = 'two-eyes', more = '' } = parts
  return `  ${key}:
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: ${scopes}
    workflows: [${workflow}]
    max_duration: 4h
${more === '' ? '' : `    ${more}\n`}`
}

/** In a channel of its own, which has a pace of its own. */
export function workflow(key: string, stages: readonly string[], channel = `C0${key.toUpperCase()}`): string {
  return `  ${key}:
    channel: slack:${channel}
    reactions: true
    notify: none
    stages: [${stages.join(', ')}]
`
}

/** The root card, in whatever channel, once it is known to be ours: before that a reaction to it is nothing to us. */
export async function cardOf({ world, sql }: Stage, id: string): Promise<SlackMessage> {
  const card = await world.until(`the card of ${id}`, () =>
    [...world.slack.messages.values()].find(
      (each) => each.channel.startsWith('C') && each.threadTs === undefined && world.text(each).includes(id),
    ),
  )
  const isKnown = async () => (await sql`select id from message where ref_message = ${card.ts}`).length > 0
  await eventually(`the card of ${id} to be known`, isKnown)
  return card
}

export const PATHS = ['typed', 'pressed', 'reacted'] as const
export type Path = (typeof PATHS)[number]

/** The same decision, on another way in. */
export async function approveBy(
  stage: Stage,
  path: Path,
  about: { readonly user: string; readonly id: string; readonly client?: SlackClient; readonly options?: SlackOptions },
): Promise<SlackDelivery> {
  const { user, id, client = stage.world.client, options = {} } = about
  if (path === 'typed') return client.command(user, `approve ${id}`, options)
  const card = await cardOf(stage, id)
  if (path === 'reacted') return client.react(user, card, 'white_check_mark', options)
  const button = { label: 'Approve', actionId: 'thand:line:0', blockId: 'buttons', value: `approve ${id}` }
  return client.press(user, card, button, options)
}

/** Everything that was ever decided about a request. */
export interface Decided {
  readonly state: string
  readonly votes: readonly string[]
  /** Codes of the votes that were refused. */
  readonly refused: readonly string[]
  readonly grant: string
}

export async function decidedOf(stage: Stage, id: string): Promise<Decided> {
  const votes = await stage.sql`select person, value from vote where request_id = ${id} order by person`
  const refused = await stage.sql`
    select detail ->> 'code' as code from audit_event where subject = ${id} and name = 'vote_refused' order by seq`
  return {
    state: await stage.stateOf(id),
    votes: votes.map((row) => `${row.person} ${row.value}`),
    refused: refused.map((row) => String(row.code)),
    grant: (await stage.grantOf(id)).state,
  }
}

export const NOTHING: Omit<Decided, 'refused'> = { state: 'pending', votes: [], grant: 'none' }

/** Whose account it is taken for; undefined while it is nobody's. */
export async function boundTo(stage: Stage, account: string): Promise<string | undefined> {
  const [row] = await stage.sql`select person from account_binding where account = ${account}`
  return row && String(row.person)
}

/** What was answered, wherever it was shown. */
export function answerTo(stage: Stage, user: string, delivery: SlackDelivery): string {
  const { ephemerals, responses } = stage.world.slack
  const whispered = ephemerals.filter((each) => each.user === user).map((each) => each.text)
  const late = responses.filter((each) => each.to === delivery.responseUrl).map((each) => JSON.stringify(each.body))
  return [saidIn(delivery), ...late, ...whispered].join('\n')
}
