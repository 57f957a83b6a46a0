import { type AuthTestResponse, WebClient } from '@slack/web-api'
import { parse } from 'yaml'
import type { Secret } from '../../src/core/secret.ts'
import type { AccountFacts } from '../../src/ports/chat.ts'
import type { ExpectedOnPlatform, Finding, PlatformOnlineCheck } from '../../src/ports/online-check.ts'
import { createLookup, type SlackLookup } from './lookup.ts'
import { slackManifest } from './manifest.ts'
import { isSharedOutside } from './outbox.ts'
import { quietLogger } from './quiet-logger.ts'
import { codeOf, whyOf } from './web-api.ts'

export interface OnlineCheckOptions {
  readonly botToken: Secret
  readonly apiUrl: string
}

/** The bot token and its scopes, the channels of workflows, and people's accounts, in this order. Posts nothing. */
export function createOnlineCheck(options: OnlineCheckOptions): PlatformOnlineCheck {
  const client = patientClient(options)
  return { checkOnline: (expected) => checkWorkspace(client, expected) }
}

/** Nobody waits for an answer within seconds here: what Slack limits is asked again. */
function patientClient({ botToken, apiUrl }: OnlineCheckOptions): WebClient {
  return new WebClient(botToken.reveal(), {
    slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
    allowAbsoluteUrls: false,
    timeout: 10_000,
    retryConfig: { retries: 2, minTimeout: 250, maxTimeout: 1000 },
    logger: quietLogger,
  })
}

async function* checkWorkspace(client: WebClient, expected: ExpectedOnPlatform): AsyncGenerator<Finding> {
  const { home, channels, people } = expected
  let own: AuthTestResponse
  try {
    own = await client.auth.test()
  } catch (error) {
    yield tokenFault(error)
    yield { kind: 'unchecked', what: 'scopes, channels and people, since the bot token does not work' }
    return
  }
  yield homeFinding(home, own)
  yield* scopeFindings(own)
  for (const each of channels) yield await channelFinding(client, each)
  const lookup = createLookup({ client, team: home, clock: Date.now })
  for (const each of people) yield await personFinding(lookup, home, each)
  yield {
    kind: 'unchecked',
    what: 'the signing secret, the request URL and the events: only what Slack sends shows that they are right',
  }
}

function tokenFault(error: unknown): Finding {
  const code = codeOf(error)
  if (code === undefined) return unsure('the bot token', error)
  const mend = 'OAuth & Permissions → Bot User OAuth Token again, into SLACK_BOT_TOKEN'
  return { kind: 'wrong', what: `Slack does not take the bot token: ${code}`, mend }
}

function homeFinding(home: string, { team_id: team, enterprise_id: enterprise }: AuthTestResponse): Finding {
  const found = home.startsWith('E') ? enterprise : team
  if (found === home) return { kind: 'fine', what: `the bot token is of ${home}` }
  const mend = 'identity.slack.team, or the token of the app that is installed there'
  return {
    kind: 'wrong',
    what: `the bot token is of ${found ?? 'no enterprise'}, and identity.slack.team is ${home}`,
    mend,
  }
}

function scopeFindings({ response_metadata: told }: AuthTestResponse): readonly Finding[] {
  const has = told?.scopes
  if (has === undefined) return [{ kind: 'unchecked', what: 'the scopes of the bot token, which were not told' }]
  const needed = manifestScopes()
  const missing = needed.filter((scope) => !has.includes(scope))
  const extra = has.filter((scope) => !needed.includes(scope))
  const mend = 'paste the manifest (thand manifest slack) into the app’s settings and reinstall it'
  return [
    missing.length === 0
      ? { kind: 'fine', what: 'the bot token has the scopes of the manifest' }
      : { kind: 'wrong', what: `the bot token lacks ${missing.join(', ')}`, mend },
    ...(extra.length === 0
      ? []
      : [
          { kind: 'note', what: `the bot token may also ${extra.join(', ')}, which nothing here needs`, mend } as const,
        ]),
  ]
}

function manifestScopes(): readonly string[] {
  return parse(slackManifest({ by: 'http', url: 'https://thand.invalid' })).oauth_config.scopes.bot
}

async function channelFinding(
  client: WebClient,
  { channel: id, workflow }: ExpectedOnPlatform['channels'][number],
): Promise<Finding> {
  const what = `the channel ${id} of the workflow ${workflow}`
  const invite = 'type /invite @Thand there; if it is there, the id is wrong: it is at the end of the channel’s details'
  try {
    const { channel } = await client.conversations.info({ channel: id })
    if (isSharedOutside(channel))
      return { kind: 'wrong', what: `${what} is shared outside the workspace`, mend: 'another channel' }
    if (channel?.is_archived === true) return { kind: 'wrong', what: `${what} is archived`, mend: 'another channel' }
    if (channel?.is_member !== true) return { kind: 'wrong', what: `the bot is not in ${what}`, mend: invite }
    return { kind: 'fine', what: `the bot is in ${what}, which is not shared outside` }
  } catch (error) {
    const code = codeOf(error)
    return code === undefined ? unsure(what, error) : { kind: 'wrong', what: `${what}: ${code}`, mend: invite }
  }
}

async function personFinding(
  lookup: SlackLookup,
  home: string,
  { person, account }: ExpectedOnPlatform['people'][number],
): Promise<Finding> {
  try {
    if (account === undefined) return byAddress(person, await lookup.findByAddress(person))
    return byAccount(`${person} as ${account}`, await lookup.find({ platform: 'slack', tenant: home, account }))
  } catch (error) {
    return unsure(person, error)
  }
}

function byAddress(person: string, account: string | undefined): Finding {
  if (account !== undefined) return { kind: 'fine', what: `${person} is ${account}` }
  const mend = 'the address of their Slack profile in thand.yaml, or accounts: { slack: U… }'
  return { kind: 'wrong', what: `no full member has the address ${person}`, mend }
}

function byAccount(what: string, facts: AccountFacts): Finding {
  if (facts.kind === 'member') return { kind: 'fine', what }
  const why = facts.kind === 'refused' ? facts.why.replaceAll('_', ' ') : 'not known'
  return {
    kind: 'wrong',
    what: `${what}: ${why}`,
    mend: 'accounts: { slack: U… }, the member id in their Slack profile',
  }
}

function unsure(what: string, error: unknown): Finding {
  return { kind: 'unsure', what: `${what}: ${whyOf(error)}`, mend: 'try again' }
}
