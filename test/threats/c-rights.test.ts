import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { slackManifest } from '../../bots/slack/manifest.ts'
import { standardConfig } from '../support/standard-config.ts'
import { givenStage, type Stage } from './b-stage.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const manifest = parse(slackManifest({ by: 'http', url: 'https://thand.acme.example' }))

/** The scope that each method asks of a bot token: https://docs.slack.dev/reference/methods */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'conversations.open': ['im:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
}
/** https://docs.slack.dev/reference/events */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  'message.im': ['im:history'],
  reaction_added: ['reactions:read'],
  reaction_removed: ['reactions:read'],
  user_change: ['users:read'],
}

let stage: Stage
/** One life as an App that uses everything: asked, called, voted by a reaction, looked at in a form, refused, given and ended. */
beforeAll(async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const members = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const
  const app = 'app: { id: 7, installation_id: 8, private_key: "${env:GITHUB_APP_KEY}" }'
  stage = await givenStage({
    env: { GITHUB_APP_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
    github: { members, teams: { sre: {} }, app: { id: 7, installationId: 8, publicKeyPem } },
    yaml: (github) => standardConfig(github).replace('token: "${env:GITHUB_TOKEN}"', () => app),
  })
  const { client, until, slack } = stage.world
  const id = await stage.ask('U0ANN', 'github:org-admin 30m')
  await until('the card', () => stage.cardText(id) !== '')
  await client.react('U0ANN', stage.card(id), 'white_check_mark')
  await client.press('U0SAM', stage.card(id), 'Deny…')
  await until('a form', () => slack.views[0])
  await client.react('U0SAM', stage.card(id), 'white_check_mark')
  const ofBob = await stage.give('U0BOB', 'github:team-sre 30m')
  await client.openHome('U0SUE')
  await client.mention('U0SUE', 'pending')
  await client.say('U0SUE', 'pending')
  const form = async () => {
    await client.shortcut('U0BOB')
    return until('the form to ask', () => slack.views.find((each) => each.view['callback_id'] === 'thand:request'))
  }
  const view = await form()
  await client.suggest('U0BOB', view, 'role')
  await client.submitView('U0BOB', view, { role: 'github:team-sre', duration: '9m' })
  await client.press('U0BOB', view, 'Cancel')
  for (const each of [id, ofBob]) {
    await stage.reach(each, 'active')
    await stage.expire(each)
    await stage.reach(each, 'revoked')
  }
  await until('the end on the card', () => stage.cardText(id).startsWith('Ended'))
  await until('the direct message', () => slack.messages.size > 4)
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** Every method of the Web API that the source calls, such as `chat.update`. */
function methodsInSource(): readonly string[] {
  const files = readdirSync(path.join(ROOT, 'bots/slack')).filter((file) => file.endsWith('.ts'))
  const text = files.map((file) => readFileSync(path.join(ROOT, 'bots/slack', file), 'utf8')).join('\n')
  const found = text.matchAll(/(?:api\.(?:interactive|outbox)|[cC]lient)\.([a-z]+\.[a-zA-Z.]+)\(/g)
  return [...new Set([...found].flatMap(([, method]) => method ?? []))].sort()
}

describe('C16: of Slack we ask for what we use, and for nothing else', () => {
  const { bot } = manifest.oauth_config.scopes

  test('the scopes are those of the methods that are called, of the events and of the command', () => {
    const called = [...new Set(stage.world.slack.calls.map(({ method }) => method))].sort()
    expect(methodsInSource()).toEqual(Object.keys(SCOPES).sort())
    expect(called).toEqual(Object.keys(SCOPES).sort())
    const ofMethods = called.flatMap((method) => SCOPES[method] ?? ['unknown'])
    const events: readonly string[] = manifest.settings.event_subscriptions.bot_events
    const ofEvents = events.flatMap((event) => EVENTS[event] ?? ['unknown'])
    expect(new Set(bot)).toEqual(new Set([...ofMethods, ...ofEvents, 'commands']))
  })

  test('nobody is asked about direct messages, which would need one scope more', () => {
    const asked = stage.world.slack.calls.filter(({ method }) => method === 'conversations.info')
    expect(asked.map(({ args }) => String(args['channel'])).filter((channel) => !/^[CG]/.test(channel))).toEqual([])
  })

  test('no scope of a user, and none that reads what people write to each other, their files or who administers', () => {
    expect(Object.keys(manifest.oauth_config.scopes)).toEqual(['bot'])
    // What people write to us directly is the one thing: without it a direct message is no line.
    expect(
      bot.filter((scope: string) => /history|files|admin|channels:(?:join|manage)|chat:write\./.test(scope)),
    ).toEqual(['im:history'])
    expect(manifest.settings).toMatchObject({ org_deploy_enabled: false, socket_mode_enabled: false })
  })
})

/** What GitHub wants of an App for each route: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
const PERMISSIONS: readonly (readonly [RegExp, string])[] = [
  [/^POST \/app\/installations\/8\/access_tokens$/, 'none'],
  [/^GET \/users?\/[^/]+$/, 'none'],
  [/^(?:GET|PUT|DELETE) \/orgs\/acme\/memberships\/[^/]+$/, 'members'],
  [/^GET \/orgs\/acme\/members$/, 'members'],
  [/^(?:GET|DELETE) \/orgs\/acme\/invitations(?:\/\d+)?$/, 'members'],
  [/^GET \/orgs\/acme\/teams(?:\/[^/]+)?$/, 'members'],
  [/^(?:GET|PUT|DELETE) \/orgs\/acme\/teams\/[^/]+\/memberships\/[^/]+$/, 'members'],
]

describe('C16: of GitHub we ask for the members of the organisation, and for nothing else', () => {
  const page = readFileSync(path.join(ROOT, 'docs/connect-github.md'), 'utf8')

  test('every request of a whole life needs that permission, or none', () => {
    const asked = [...new Set(stage.github.journal.map((entry) => `${entry.method} ${entry.path}`))]
    expect(asked.length).toBeGreaterThan(4)
    const needed = asked.map((route) => PERMISSIONS.find(([shape]) => shape.test(route))?.[1] ?? `unknown: ${route}`)
    expect(new Set(needed)).toEqual(new Set(['none', 'members']))
  })

  test('the page says the same, and names every route of the source', () => {
    expect(page).toMatch(/\*\*Members: Read and write\*\*, and nothing else/)
    const rows = page.split('\n').filter((line) => /^\s*\| `(?:GET|PUT|DELETE)/.test(line))
    for (const row of rows) expect(row).toMatch(/Members, (?:read|write) \||none: public \|/)
    const files = readdirSync(path.join(ROOT, 'providers/github')).filter((file) => file.endsWith('.ts'))
    const text = files.map((file) => readFileSync(path.join(ROOT, 'providers/github', file), 'utf8')).join('\n')
    const routes = [...text.matchAll(/(?:GET|PUT|POST|PATCH|DELETE) (\/[\w/{}]+)/g)].flatMap(([, route]) => route ?? [])
    // Our own token and our own installation are no right over anybody; the last two are asked with a person’s token, never by an App.
    const unnamed = [...new Set(routes)].filter((route) => !OF_OURSELVES.includes(route) && !isNamed(rows, route))
    expect(routes.length).toBeGreaterThan(5)
    expect(unnamed).toEqual([])
  })
})

const OF_OURSELVES = [
  '/app/installations/{installation_id}/access_tokens',
  '/app/installations/{installation_id}',
  '/app',
  '/installation/token',
  '/rate_limit',
  '/user',
  '/user/memberships/orgs/{org}',
]

/** The page writes `/teams/{slug}` for short, and its own names in braces. */
function isNamed(rows: readonly string[], route: string): boolean {
  const plain = (text: string) => text.replaceAll(/\{\w+\}/g, '{}')
  const short = plain(route).replace('/orgs/{}/teams/', '/teams/')
  return rows.some((row) => plain(row).includes(`${plain(route)}\``) || plain(row).includes(`\`${short}\``))
}
