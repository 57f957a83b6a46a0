import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initCommand } from '../../src/cli/init-command.ts'
import { runThand } from './run-thand.ts'

// Each starts processes of its own.

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'thand-init-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const OPTIONS = {
  requester: 'ann.lee@acme.example',
  'requester-github': 'ann-acme',
  approver: 'sam@sub.acme.example',
  'approver-name': 'Sam "the key" O’Neil: ${env:HOME} # not a comment',
  'approver-github': 'sam-acme',
  'slack-team': 'T0ACME',
  'slack-channel': 'C0ACCESS',
  'github-org': 'acme-test',
}
const flags = (options: Readonly<Record<string, string>>) =>
  Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value])
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-x', SLACK_SIGNING_SECRET: 'x', GITHUB_TOKEN: 'x' }

test('by options: what it writes is valid, for its owner alone, says who is who, and the next step is told', async () => {
  const done = await runThand(
    ['init', ...flags({ ...OPTIONS, 'approver-name': 'Sam "the key" O’Neil: # no comment' })],
    { cwd: folder },
  )
  expect([done.code, done.err]).toEqual([0, ''])
  expect(done.out).toContain('npx --no thand validate --online thand.yaml')
  const file = path.join(folder, 'thand.yaml')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('name: "Ann Lee"')
  expect(text).toContain('domains: ["acme.example", "sub.acme.example"]')
  expect(text.split('\n').filter((line) => line.trim().startsWith('#')).length).toBeGreaterThan(10)
  const checked = await runThand(['validate'], { cwd: folder, env: SLACK })
  expect(checked).toMatchObject({ code: 0, err: '', out: 'Fine: 2 people, 2 roles, 1 provider.\n' })
})

const { 'slack-team': _team, 'slack-channel': _channel, ...PEOPLE } = { ...OPTIONS, 'approver-name': 'Sam' }
const TENANT = '7e000000-0000-4000-8000-0000000000aa'
const LINK = `https://teams.microsoft.com/l/channel/19%3Aaccess%40thread.tacv2/Access?groupId=x&tenantId=${TENANT}`
const TEAMS = { MicrosoftAppId: 'a99', MicrosoftAppPassword: 'x', MicrosoftAppTenantId: TENANT, GITHUB_TOKEN: 'x' }

test('for Teams alone: the channel by its link, nothing of Slack, valid, and the next step is told', async () => {
  const chosen = { chat: 'teams', 'teams-tenant': TENANT.toUpperCase(), 'teams-channel': LINK }
  const done = await runThand(['init', ...flags({ ...PEOPLE, ...chosen })], { cwd: folder })
  expect([done.code, done.err]).toEqual([0, ''])
  expect(done.out).toContain('MicrosoftAppId')
  expect(done.out).toContain('docs/connect-teams.md')
  const text = readFileSync(path.join(folder, 'thand.yaml'), 'utf8')
  expect(text).toContain('channel: "teams:19:access@thread.tacv2"')
  expect(`${text}${done.out}`).not.toMatch(/slack/i)
  const checked = await runThand(['validate'], { cwd: folder, env: TEAMS })
  expect(checked).toMatchObject({ code: 0, err: '', out: 'Fine: 2 people, 2 roles, 1 provider.\n' })
})

test('for both: each has its home, and cards go to Slack', async () => {
  const chosen = { ...OPTIONS, 'approver-name': 'Sam', chat: 'both', 'teams-tenant': TENANT }
  const done = await runThand(['init', ...flags(chosen)], { cwd: folder })
  expect([done.code, done.err]).toEqual([0, ''])
  expect(done.out).toContain('docs/connect-slack.md, docs/connect-teams.md')
  const checked = await runThand(['validate'], { cwd: folder, env: { ...SLACK, ...TEAMS } })
  expect(checked).toMatchObject({ code: 0, err: '', out: 'Fine: 2 people, 2 roles, 1 provider.\n' })
})

test('what goes with another platform is refused, and a link that is none', async () => {
  const chosen = {
    chat: 'teams',
    'teams-tenant': 'acme',
    'teams-channel': 'https://teams.microsoft.com/l/team/19%3Ax/y',
  }
  const refused = await runThand(['init', ...flags({ ...OPTIONS, ...chosen })], { cwd: folder })
  expect(refused).toMatchObject({ code: 2, out: '' })
  for (const line of ['--slack-team: not with --chat teams', '--teams-tenant: an id', '--teams-channel: the link'])
    expect(refused.err).toContain(line)
})

test('what is there stays, unless it is said', async () => {
  const file = path.join(folder, 'thand.yaml')
  writeFileSync(file, 'mine')
  const kept = await runThand(['init', ...flags({ ...OPTIONS, 'approver-name': 'Sam' })], { cwd: folder })
  expect(kept).toMatchObject({ code: 1, out: '' })
  expect(kept.err).toContain('--overwrite')
  expect(readFileSync(file, 'utf8')).toBe('mine')
  const over = await runThand(['init', '--overwrite', ...flags({ ...OPTIONS, 'approver-name': 'Sam' })], {
    cwd: folder,
  })
  expect(over.code).toBe(0)
  expect(readFileSync(file, 'utf8')).toContain('version: "1.0"')
})

test('without a terminal, everything that is missing or wrong is said at once, and nothing is written', async () => {
  const wrong = { ...OPTIONS, approver: OPTIONS.requester, 'slack-channel': '#access', 'github-org': '../acme' }
  const { 'slack-team': _, ...missing } = wrong
  const refused = await runThand(['init', ...flags(missing)], { cwd: folder })
  expect(refused).toMatchObject({ code: 2, out: '' })
  for (const flag of [
    'approver: an address in lower case, of another person',
    'slack-team',
    'slack-channel',
    'github-org',
  ])
    expect(refused.err).toContain(`--${flag}`)
  expect(existsSync(path.join(folder, 'thand.yaml'))).toBe(false)
})

/** A terminal that a test types into: each line once the question that it answers is shown. */
function typing(answers: readonly (readonly [question: string, line: string])[]) {
  const input = new PassThrough()
  const output = new PassThrough()
  let shown = ''
  let next = 0
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
    const [question = '', line = ''] = answers[next] ?? []
    if (next >= answers.length || !shown.includes(question)) return
    next++
    shown = ''
    setImmediate(() => input.write(line))
  })
  return { input, output }
}

const ENTER = '\r'

test('on a terminal it asks, refuses what cannot be right, and takes what it proposes for an empty answer', async () => {
  const file = path.join(folder, 'asked.yaml')
  const terminal = typing([
    ['Where people ask', ENTER],
    ['Your address', `Ann${ENTER}`],
    ['Expected an address in lower case', `\u007f\u007f\u007fann@acme.example${ENTER}`],
    ['Your name', ENTER],
    ['Your account at GitHub', `ann-acme${ENTER}`],
    ['The approver’s address', `sam@acme.example${ENTER}`],
    ['The approver’s name', `Samantha${ENTER}`],
    ['The approver’s account', `sam-acme${ENTER}`],
    ['The id of the Slack workspace', `T0ACME${ENTER}`],
    ['The id of the channel', `C0ACCESS${ENTER}`],
    ['The organisation at GitHub', `acme-test${ENTER}`],
    ['A team there', ENTER],
  ])
  expect(await initCommand({ file, overwrite: false }, terminal)).toBe(0)
  const text = readFileSync(file, 'utf8')
  for (const line of ['name: "Ann"', 'name: "Samantha"', 'slack: { team: "T0ACME" }', 'targets: ["playground"]'])
    expect(text).toContain(line)
})

test('on a terminal, for Teams it asks for the tenant and the channel, and for nothing of Slack', async () => {
  const file = path.join(folder, 'asked.yaml')
  const terminal = typing([
    ['Where people ask', `Teams${ENTER}`],
    ['The id of the tenant', `acme${ENTER}`],
    ['Expected an id', `\u007f\u007f\u007f\u007f${TENANT}${ENTER}`],
    ['The channel for requests in Teams', `${LINK}${ENTER}`],
  ])
  const { 'github-org': githubOrg, 'requester-github': requesterGithub, 'approver-github': approverGithub } = OPTIONS
  const said = { requesterName: 'Ann', approverName: 'Sam', githubOrg, githubTeam: 'playground' }
  const given = {
    ...said,
    requester: 'ann@acme.example',
    approver: 'sam@acme.example',
    requesterGithub,
    approverGithub,
  }
  expect(await initCommand({ file, overwrite: false, ...given }, terminal)).toBe(0)
  expect(readFileSync(file, 'utf8')).toContain('channel: "teams:19:access@thread.tacv2"')
})

test('leaving it half way writes nothing', async () => {
  const file = path.join(folder, 'asked.yaml')
  const terminal = typing([
    ['Where people ask', ENTER],
    ['Your address', `ann@acme.example${ENTER}`],
    ['Your name', '\u0003'],
  ])
  expect(await initCommand({ file, overwrite: false }, terminal)).toBe(2)
  expect(existsSync(file)).toBe(false)
})
