import { ADDRESS } from '../config/address.ts'
import type { FirstAnswers } from './first-config.ts'

export interface Question {
  readonly key: keyof FirstAnswers
  /** As an option: `--slack-team`. */
  readonly flag: string
  readonly message: string
  readonly example: string
  readonly expected: string
  readonly shape: RegExp
  /** What an empty answer means; undefined where one has to be given. */
  readonly otherwise?: (given: Partial<FirstAnswers>) => string
  /** Asked of those only who have this in `chat`. */
  readonly of?: readonly string[]
  /** What somebody pastes, as it is written down. */
  readonly tidy?: (typed: string) => string
}

const NAME = /^[^\p{Cc}]{1,100}$/u
const LOGIN = /^[a-z\d](?:[a-z\d_-]{0,98}[a-z\d])?$/i
const LOGIN_EXPECTED = 'the name of an account at GitHub'

/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = [
  {
    key: 'chat',
    flag: 'chat',
    message: 'Where people ask and decide: slack, teams or both',
    example: 'slack',
    expected: 'slack, teams or both',
    shape: /^(?:slack|teams|both)$/,
    otherwise: () => 'slack',
    tidy: (typed) => typed.toLowerCase(),
  },
  ...aboutPerson('requester', 'Your', { address: 'ann@acme.example', login: 'ann-acme' }),
  ...aboutPerson('approver', 'The approver’s', { address: 'sam@acme.example', login: 'sam-acme' }),
  {
    key: 'slackTeam',
    flag: 'slack-team',
    message: 'The id of the Slack workspace: T… in https://app.slack.com/client/T…',
    example: 'T0123ACME',
    expected: 'an id such as T0123ACME, or E… of an enterprise',
    shape: /^[TE][A-Z0-9]{2,30}$/,
    of: ['slack', 'both'],
  },
  {
    key: 'slackChannel',
    flag: 'slack-channel',
    message: 'The id of the channel for requests in Slack: at the end of its details',
    example: 'C0123ACCESS',
    expected: 'an id such as C0123ACCESS, not the name of the channel',
    shape: /^[CG][A-Z0-9]{2,30}$/,
    of: ['slack', 'both'],
  },
  {
    key: 'teamsTenant',
    flag: 'teams-tenant',
    message: 'The id of the tenant of Microsoft 365: Directory (tenant) ID in Entra',
    example: '00000000-0000-0000-0000-000000000000',
    expected: 'an id such as 00000000-0000-0000-0000-000000000000',
    shape: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
    of: ['teams', 'both'],
    tidy: (typed) => typed.toLowerCase(),
  },
  {
    key: 'teamsChannel',
    flag: 'teams-channel',
    message: 'The channel for requests in Teams: paste what "Get link to channel" gives',
    example: '19:…@thread.tacv2',
    expected: 'the link to a channel, or its id such as 19:abc@thread.tacv2',
    shape: /^19:[\w@.:-]{1,200}$/,
    of: ['teams'],
    tidy: channelIn,
  },
  {
    key: 'githubOrg',
    flag: 'github-org',
    message: 'The organisation at GitHub; begin with one for trying out',
    example: 'acme-test',
    expected: "an organisation's name, such as acme-test",
    shape: /^[a-z\d][a-z\d-]{0,38}$/i,
  },
  {
    key: 'githubTeam',
    flag: 'github-team',
    message: 'A team there that may do nothing, by its slug',
    example: 'playground',
    expected: 'the slug of a team, such as playground',
    shape: /^[a-z\d_-]{1,100}$/,
    otherwise: () => 'playground',
  },
]

export function isAsked({ of }: Question, { chat = '' }: Partial<FirstAnswers>): boolean {
  return of === undefined || of.includes(chat)
}

/** Undefined: it cannot be right. */
export function answerIn(question: Question, typed: string, given: Partial<FirstAnswers>): string | undefined {
  const { shape, key, tidy } = question
  const text = tidy === undefined ? typed.trim() : tidy(typed.trim())
  // Two people are the point of it.
  return shape.test(text) && !(key === 'approver' && text === given.requester) ? text : undefined
}

/** The link has it encoded, between `/channel/` and the next slash. */
function channelIn(typed: string): string {
  const [, encoded] = /^https:\/\/[^/]+\/l\/channel\/([^/]+)\//.exec(typed) ?? []
  try {
    return encoded === undefined ? typed : decodeURIComponent(encoded)
  } catch {
    return typed
  }
}

function aboutPerson(
  key: 'requester' | 'approver',
  whose: string,
  { address: example, login }: { readonly address: string; readonly login: string },
): readonly Question[] {
  const name = `${key}Name` as const
  return [
    {
      key,
      flag: key,
      message: `${whose} address, as in Slack; in Teams the user principal name`,
      example,
      expected: key === 'requester' ? 'an address in lower case' : 'an address in lower case, of another person',
      shape: ADDRESS,
    },
    {
      key: name,
      flag: `${key}-name`,
      message: `${whose} name`,
      example: nameIn(example),
      expected: 'a name on one line',
      shape: NAME,
      otherwise: (given) => nameIn(given[key] ?? example),
    },
    {
      key: `${key}Github` as const,
      flag: `${key}-github`,
      message: `${whose} account at GitHub`,
      example: login,
      expected: LOGIN_EXPECTED,
      shape: LOGIN,
    },
  ]
}

/** `ann.lee@acme.example` is Ann Lee, until somebody says otherwise. */
function nameIn(address: string): string {
  const words = address.slice(0, address.indexOf('@')).split(/[._+-]+/)
  return words
    .filter((word) => word !== '')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ')
}
