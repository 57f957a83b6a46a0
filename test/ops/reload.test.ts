import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { told } from '../support/told.ts'
import { eventually, saidIn } from '../threats/b-stage.ts'
import { givenProcess, type ServerProcess } from './given-process.ts'

// Each starts a process of its own.

let server: ServerProcess
afterEach(async () => {
  const problems = [...server.slack.problems, ...server.github.problems]
  await server.close()
  expect(problems).toEqual([])
  expect(server.process.exitCode).toBe(0)
})

const say = async (user: string, line: string) => saidIn(await told(server.slack, server.client, [user, line]))
const idIn = (text: string) => /req_[0-9a-z]{8}/.exec(text)?.[0] ?? `no id in: ${text}`
const stateOf = async (id: string) => (await server.sql`select state from access_grant where id = ${id}`)[0]?.['state']

const MORE = (yaml: string) =>
  yaml.replace(
    'workflows:\n',
    `  maintain:
    name: SRE maintainers
    providers: [github]
    permissions: { allow: [{ operations: ["team:maintainer"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 1h
workflows:
`,
  )
const WITHOUT_ANN = (yaml: string) => yaml.replace(/ {2}ann@acme\.example: .*\n/, '')

test('SIGHUP: a role that it adds can be asked for and given at once, and the record says what changed', async () => {
  server = await givenProcess()
  expect(await say('U0ANN', 'request github:maintain 10m')).toContain('no role')
  const answer = await server.reload((yaml) => MORE(yaml).replace('name: Bob,', 'name: Robert,'))
  expect(answer.msg).toBe('configuration_reloaded')
  const id = idIn(await say('U0ANN', 'request github:maintain 10m'))
  await say('U0SAM', `approve ${id}`)
  await eventually('active', async () => (await stateOf(id)) === 'active')
  const rows = await server.sql`select detail from audit_event where name = 'configuration_loaded' order by seq`
  const [first, second] = rows.map((row) => row['detail'])
  expect(first).toMatchObject({ is_new: true, before: null, difference: { workflows: { added: ['two-eyes'] } } })
  expect(second).toEqual({
    hash: answer['hash'],
    is_new: true,
    before: first.hash,
    difference: { roles: { added: ['maintain'] }, people: { changed: ['bob@acme.example'] } },
  })
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

test('SIGHUP: a broken file changes nothing, is named by its place, and the server goes on', async () => {
  server = await givenProcess()
  const answer = await server.reload((yaml) => `${WITHOUT_ANN(yaml)}rols: {}\n`)
  expect(answer).toMatchObject({ msg: 'configuration_not_loaded', level: 'error' })
  expect(answer['problems']).toMatch(/thand\.yaml:\d+:1: rols: expected/)
  const id = idIn(await say('U0ANN', 'request github:team-sre 10m'))
  await say('U0SAM', `approve ${id}`)
  await eventually('active', async () => (await stateOf(id)) === 'active')
  expect(await server.sql`select hash from configuration`).toHaveLength(1)
  const mended = await server.reload((yaml) => yaml.replace('rols: {}\n', ''))
  expect(mended.msg).toBe('configuration_reloaded')
})

test('SIGHUP: who is not named any more loses what they hold and what they asked for, at once', async () => {
  server = await givenProcess()
  const held = idIn(await say('U0ANN', 'request github:org-admin 1h'))
  await say('U0SAM', `approve ${held}`)
  await eventually('active', async () => (await stateOf(held)) === 'active')
  const asked = idIn(await say('U0ANN', 'request github:team-sre 1h'))
  await server.reload(WITHOUT_ANN)
  await eventually('revoked', async () => (await stateOf(held)) === 'revoked')
  expect(server.github.roleOf('ann-acme')).toBe('member')
  await eventually('cancelled', async () => {
    const [row] = await server.sql`select state from request where id = ${asked}`
    return row?.['state'] === 'cancelled'
  })
  expect(await say('U0ANN', 'request github:team-sre 1h')).toContain('do not know')
})

test('SIGHUP: a provider that points elsewhere is not called for the grants of the other, which are named', async () => {
  server = await givenProcess()
  const id = idIn(await say('U0ANN', 'request github:org-admin 1h'))
  await say('U0SAM', `approve ${id}`)
  await eventually('active', async () => (await stateOf(id)) === 'active')
  await server.reload((yaml) => yaml.replace('config: { org: acme,', 'config: { org: acme-two,'))
  const [named] = await eventuallyLogged('grant_unreachable')
  expect(named).toMatchObject({ grant: id, provider: 'github' })
  const writes = server.github.journal.filter((entry) => entry.method !== 'GET').length
  await say('U0ANN', `end ${id}`)
  await eventually('revoking', async () => (await stateOf(id)) === 'revoking')
  await server.reload((yaml) => yaml.replace('acme-two', 'acme'))
  expect(server.github.journal.filter((entry) => entry.method !== 'GET')).toHaveLength(writes)
  await eventually('revoked', async () => (await stateOf(id)) === 'revoked', 45_000)
})

async function eventuallyLogged(event: string) {
  await eventually(event, async () => server.log(event).length > 0)
  return server.log(event)
}

test('SIGHUP: another home workspace is refused whole, for platforms are opened at the start', async () => {
  server = await givenProcess()
  const answer = await server.reload((yaml) => MORE(yaml).replace('team: T0ACME', 'team: T0OTHER'))
  expect(answer).toMatchObject({ msg: 'configuration_not_loaded', why: 'needs_restart', key: 'identity' })
  expect(await say('U0ANN', 'request github:maintain 10m')).toContain('no role')
})

test('SIGHUP: reloads under load lose and refuse nothing', async () => {
  server = await givenProcess()
  const people = ['U0ANN', 'U0BOB', 'U0SUE']
  const answers: string[] = []
  let isOn = true
  const asking = people.map(async (user) => {
    for (let n = 1; isOn; n++) answers.push(await say(user, `request github:team-sre ${n}m`))
  })
  for (let n = 0; n < 6; n++) {
    const { msg } = await server.reload((yaml) => yaml.replace(/name: Bob\d*,/, `name: Bob${n},`))
    expect(msg).toBe('configuration_reloaded')
  }
  isOn = false
  await Promise.all(asking)
  expect(answers.filter((text) => !/req_[0-9a-z]{8}/.test(text))).toEqual([])
  const [rows] = await server.sql`select count(*)::int as asked from request`
  expect(rows?.['asked']).toBe(answers.length)
  expect(answers.length).toBeGreaterThan(people.length)
})

test('SIGHUP: the files that the configuration names are read again: a token is rotated without a restart', async () => {
  const change = (yaml: string) => yaml.replace('${env:GITHUB_TOKEN}', '${file:./github-token}')
  server = await givenProcess({ change, files: { 'github-token': 'ghp_of_yesterday' } })
  const id = idIn(await say('U0ANN', 'request github:team-sre 10m'))
  await say('U0SAM', `approve ${id}`)
  await eventually('a refusal', async () => server.github.journal.some((entry) => entry.status === 401))
  expect(await stateOf(id)).toBe('planned')
  writeFileSync(path.join(server.directory, 'github-token'), server.github.token)
  expect((await server.reload((same) => same)).msg).toBe('configuration_reloaded')
  await eventually('active', async () => (await stateOf(id)) === 'active', 45_000)
  expect(await server.sql`select hash from configuration`).toHaveLength(1)
})
