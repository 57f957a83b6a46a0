import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { slackManifest } from '../../bots/slack/manifest.ts'
import {
  type GithubOrganisation,
  type GithubOrganisationOptions,
  startGithubOrganisation,
} from '../doubles/github/organisation.ts'
import { type SlackWorkspace, type SlackWorkspaceOptions, startSlackWorkspace } from '../doubles/slack/workspace.ts'
import { standardConfig } from '../support/standard-config.ts'
import { PEOPLE } from '../support/world.ts'
import { runThand } from './run-thand.ts'

const SCOPES: readonly string[] = parse(slackManifest({ by: 'http', url: 'https://thand.example.com' })).oauth_config
  .scopes.bot
const MEMBERS = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const

// Each starts processes of its own.

let folder: string
const open: { close(): Promise<void> }[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'thand-online-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
  rmSync(folder, { recursive: true, force: true })
})

interface Given {
  readonly slack?: Partial<SlackWorkspaceOptions>
  readonly github?: GithubOrganisationOptions
  readonly yaml?: (yaml: string) => string
  readonly env?: Readonly<Record<string, string>>
  readonly prepare?: (slack: SlackWorkspace, github: GithubOrganisation) => void
}

/** `thand validate --online` against both doubles. */
async function validated({ slack: ofSlack, github: ofGithub, yaml = (same) => same, env = {}, prepare }: Given = {}) {
  const slack = await startSlackWorkspace({ people: PEOPLE, scopes: SCOPES, ...ofSlack })
  const github = await startGithubOrganisation({
    members: MEMBERS,
    teams: { sre: {} },
    scopes: ['admin:org'],
    ...ofGithub,
  })
  open.push(slack, github)
  prepare?.(slack, github)
  const file = path.join(folder, `thand-${open.length}.yaml`)
  writeFileSync(file, yaml(standardConfig(github)))
  const ended = await runThand(['validate', '--online', file], {
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: 'canary-signing-secret',
      SLACK_API_URL: slack.apiUrl,
      GITHUB_TOKEN: github.token,
      ...env,
    },
  })
  const writes = github.journal.filter((entry) => ['PUT', 'DELETE'].includes(entry.method))
  expect([...slack.problems, ...github.problems, ...writes, slack.messages.size]).toEqual([0])
  return { ...ended, lines: ended.out.split('\n') }
}

test('where everything is there each thing has its line, nothing is changed, and it ends 0', async () => {
  const { code, out, err } = await validated()
  expect([code, err]).toEqual([0, ''])
  for (const line of [
    'ok        slack: the bot token is of T0ACME',
    'ok        slack: the bot token has the scopes of the manifest',
    'ok        slack: the bot is in the channel C0ACCESS of the workflow two-eyes, which is not shared outside',
    'ok        slack: ann@acme.example is U0ANN',
    'unchecked slack: the signing secret, the request URL and the events',
    'ok        github: the organisation acme is seen from the inside, by an owner',
    'ok        github: the token has the scope admin:org',
    'ok        github: the team sre is there',
    'ok        github: ann@acme.example as ann-acme: member',
    'ok        github: sam@acme.example as sam-acme: owner',
  ])
    expect(out).toContain(line)
  expect(out).toMatch(
    /\nOutside: 14 fine, 0 wrong, 0 could not be asked, 0 to note, 1 cannot be checked from here\.\n$/,
  )
})

test('Slack: every thing that is wrong is named with its mend, and it ends 1', async () => {
  const { code, out } = await validated({
    slack: {
      team: 'T0OTHER',
      scopes: [...SCOPES.filter((scope) => scope !== 'users:read.email'), 'files:write'],
      channels: { C0ACCESS: { isMember: false }, C0SHARED: { isExtShared: true }, C0OLD: { isArchived: true } },
      people: {
        ...PEOPLE,
        U0BOB: { name: 'Bob', email: 'robert@acme.example' },
        U0GONE: { name: 'Old', deleted: true },
      },
    },
    yaml: (yaml) =>
      yaml
        .replace('accounts: { github: sue-acme }', 'accounts: { github: sue-acme, slack: U0GONE }')
        .replace('workflows:\n', `${roleIn('shared')}${roleIn('old')}workflows:\n`)
        .concat(workflow('shared', 'C0SHARED'), workflow('old', 'C0OLD')),
  })
  expect(code).toBe(1)
  for (const line of [
    'WRONG     slack: the bot token is of T0OTHER, and identity.slack.team is T0ACME · identity.slack.team, or',
    'WRONG     slack: the bot token lacks users:read.email · paste the manifest',
    'note      slack: the bot token may also files:write, which nothing here needs',
    'WRONG     slack: the bot is not in the channel C0ACCESS of the workflow two-eyes · type /invite @Thand there',
    'WRONG     slack: the channel C0SHARED of the workflow shared is shared outside the workspace · another channel',
    'WRONG     slack: the channel C0OLD of the workflow old is archived',
    'WRONG     slack: no full member has the address bob@acme.example · the address of their Slack profile',
    'WRONG     slack: sue@acme.example as U0GONE: deactivated · accounts: { slack: U… }',
  ])
    expect(out).toContain(line)
})

const roleIn = (key: string) => `  in-${key}:
    name: In ${key}
    providers: [github]
    permissions: { allow: [{ operations: ["org:member"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [${key}]
    max_duration: 1h
`
const workflow = (key: string, channel: string) => `  ${key}:
    name: ${key}
    channel: slack:${channel}
    stages: [{ approvers: { groups: [security] }, quorum: 1 }]
`

test('GitHub: a team, accounts, places and rights that are not as the configuration says', async () => {
  const { code, out } = await validated({
    github: {
      members: { 'ann-acme': 'member', 'sam-acme': 'admin', 'sue-new': 'member' },
      outsiders: ['bob-acme'],
      teams: {},
      scopes: ['repo', 'read:org'],
    },
    yaml: (yaml) =>
      yaml
        .replace('ann-acme }', 'ann-typo }')
        .replace('accounts: { github: sam-acme }', 'accounts: { github: thand-bot }')
        .replace('people:\n', 'people:\n  eve@acme.example: { name: Eve, groups: [platform] }\n'),
  })
  expect(code).toBe(1)
  for (const line of [
    'WRONG     github: the token lacks the scope admin:org · a token with that scope alone',
    'note      github: the token may also repo, which no role needs · take that away',
    'WRONG     github: the team sre is not there · the slug in the role',
    'WRONG     github: ann@acme.example as ann-typo: GitHub knows no such account · the account under people',
    'note      github: bob@acme.example as bob-acme is not in acme · a team role is refused to them (invite: false)',
    'WRONG     github: sam@acme.example as thand-bot: the account is the one that we act with',
    'WRONG     github: eve@acme.example may ask for roles here, and has no account · accounts: { github: … }',
  ])
    expect(out).toContain(line)
})

test('a credential that does not work says so once, and what follows from it is not made up', async () => {
  const [tokens, outside, plain, away] = await Promise.all([
    validated({ env: { SLACK_BOT_TOKEN: 'xoxb-canary-wrong', GITHUB_TOKEN: 'ghp_canary' } }),
    validated({ github: { members: MEMBERS, teams: { sre: {} }, botIsOwner: false } }),
    validated({ github: { members: { ...MEMBERS, 'thand-bot': 'member' }, teams: { sre: {} }, botIsOwner: false } }),
    validated({
      prepare: (slack, github) => {
        slack.faults.down = true
        github.faults.down = true
      },
    }),
  ])
  expect(tokens.out).toContain('WRONG     slack: Slack does not take the bot token: invalid_auth · OAuth & Permissions')
  expect(tokens.out).toContain(
    'WRONG     github: acme: GitHub answered 401: the credential is not accepted · a new token',
  )
  expect(tokens.out).not.toMatch(/canary|the team sre|ann@acme/)
  expect(outside.out).toContain(
    'WRONG     github: acme: our credential does not see the organisation from the inside · the name under org',
  )
  expect(plain.out).toContain(
    'WRONG     github: the account of the token is a member of acme, and only owners may change memberships',
  )
  expect(away.out).toMatch(/UNSURE {4}slack: the bot token: http_503 · try again/)
  expect(away.out).toMatch(/UNSURE {4}github: acme: GitHub answered 503 · try again/)
  for (const each of [tokens, outside, plain, away]) expect(each.code).toBe(1)
})

test('a GitHub App: its permissions, and whose installation it is; a fine-grained token says that it cannot be checked', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const app = { id: 7, installationId: 77, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
  writeFileSync(path.join(folder, 'app.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const byApp = (yaml: string) =>
    yaml.replace(/token: "[^"]*"/, 'app: { id: 7, private_key: "${file:./app.pem}", installation_id: 77 }')
  const base = { members: MEMBERS, teams: { sre: {} } }
  const permissions = { members: 'read', metadata: 'read', contents: 'write' }
  const [good, poor, fine] = await Promise.all([
    validated({ github: { ...base, app }, yaml: byApp }),
    validated({ github: { ...base, app: { ...app, permissions, installedOn: 'other' } }, yaml: byApp }),
    validated({ github: { ...base, token: 'github_pat_test', scopes: [] } }),
  ])
  expect(good.out).toContain('ok        github: the organisation acme is seen from the inside, by the App')
  expect(good.out).toContain('ok        github: the App may members: write')
  expect(good.code).toBe(0)
  expect(poor.out).toContain('WRONG     github: the installation is of other, not of acme · installation_id')
  expect(poor.out).toContain(
    'WRONG     github: the App lacks the permission members: write · its settings, Permissions',
  )
  expect(poor.out).toContain('note      github: the App may also contents: write, which no role needs')
  expect(poor.code).toBe(1)
  expect(fine.out).toContain('unchecked github: the rights of the token, which GitHub does not tell')
  expect(fine.code).toBe(0)
})

test('whom no Slack account can ever be is named: by a domain that is not ours, or where accounts have to be written down', async () => {
  const [domain, pinned] = await Promise.all([
    validated({ yaml: (yaml) => yaml.replace('sue@acme.example', 'sue@other.example') }),
    validated({
      yaml: (yaml) => yaml.replace('domains: [acme.example]', 'domains: [acme.example]\n  binding: pinned'),
    }),
  ])
  expect(domain.out).toContain(
    'WRONG     slack: sue@other.example is in none of identity.domains · add other.example, or',
  )
  expect(pinned.out).toContain('WRONG     slack: ann@acme.example has no account, and identity.binding is pinned')
  expect([domain.code, pinned.code]).toEqual([1, 1])
})

test('a configuration that is wrong in itself ends 2 and asks nobody', async () => {
  const { code, out, err } = await validated({
    yaml: (yaml) => `${yaml}rols: {}\n`,
    prepare: (slack, github) => {
      slack.faults.down = true
      github.faults.down = true
    },
  })
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('did you mean roles?')
})
