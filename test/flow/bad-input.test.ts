import postgres from 'postgres'
import { afterEach, expect, test } from 'vitest'
import { type Wire, wireTo } from '../support/cuttable.ts'
import { standardConfig } from '../support/standard-config.ts'
import { givenWorld, PEOPLE, type World } from '../support/world.ts'
import { role } from '../threats/a-stage.ts'
import { saidIn } from '../threats/b-stage.ts'

const MORE_ROLES = [
  role('billing', { scopes: '{ allow: { groups: [security] } }' }),
  role('with-reason', { more: 'reason: { required: true, pattern: "[A-Z]+-[0-9]+.*" }' }),
].join('')

let world: World
let wire: Wire | undefined
afterEach(async () => {
  const problems = [...world.slack.problems, ...world.github.problems]
  await world.close()
  wire?.close()
  wire = undefined
  expect(problems).toEqual([])
})

test('what cannot be asked for is answered with the line that works, for the one who asked alone, and leaves no row', async () => {
  const yaml = (github: World['github']) => standardConfig(github, { roles: MORE_ROLES })
  world = await givenWorld({ yaml })
  const answers: Readonly<Record<string, string>> = {
    'request github:org-admn 30m fix': 'Did you mean /thand request github:org-admin 30m fix',
    'request org-admin 30m': 'Did you mean /thand request github:org-admin 30m',
    'request admin 30m': 'Did you mean /thand request github:org-admin 30m',
    'request owner 30m': 'Did you mean /thand request github:org-admin 30m',
    'github:org-admin': 'Did you mean /thand request github:org-admin',
    'request github:nothing-like-it-at-all 30m': 'See yours with /thand roles',
    'request github:billing 30m': 'There is no role “github:billing” that you can ask for',
    'request github:org-admin 5h': 'Try: /thand request github:org-admin 4h',
    'request github:org-admin soon': 'Try: /thand request github:org-admin 30m',
    'request github:with-reason 30m because': 'It has to match [A-Z]+-[0-9]+.*',
    'request github:org-admin 1ms': 'is no duration',
    'requst github:org-admin 30m': 'Did you mean /thand request',
    'approve req_00000000': 'There is no such request',
    'show 12': 'An id looks like',
  }
  for (const [line, words] of Object.entries(answers)) {
    const answer = await world.client.command('U0ANN', line)
    expect(answer.status, line).toBe(200)
    expect(answer.body, line).toMatchObject({ response_type: 'ephemeral' })
    expect(saidIn(answer).replaceAll('`', ''), line).toContain(words)
  }
  const sql = postgres(world.databaseUrl ?? '', { max: 1 })
  expect(await sql`select id from request`).toEqual([])
  await sql.end()
  expect(world.slack.messages.size).toBe(0)
})

test('somebody whom nobody knows gets the lines that mend it', async () => {
  const people = { ...PEOPLE, U0NEW: { name: 'New', email: 'new@acme.example' } }
  world = await givenWorld({ people })
  const said = saidIn(await world.client.command('U0NEW', 'request github:org-admin 30m'))
  expect(said).toContain('new@acme.example: { name: ')
  expect(said).toContain('thand.yaml')
})

test('where the bot is not in the channel, who asked is told, those who decide get it directly, and the card follows', async () => {
  world = await givenWorld({ channels: { C0ACCESS: { name: 'access', isMember: false } } })
  const { slack, until } = world
  await world.client.command('U0ANN', 'request github:org-admin 30m')
  await until('Ann is told', () => {
    const direct = [...slack.messages.values()].filter((each) => each.channel === 'D0ANN')
    return direct.some((each) => /invite @Thand/.test(world.text(each)))
  })
  await until('Sam gets it', () => world.hasButton(world.card(0, 'D0SAM'), 'Approve'))
  slack.channel('C0ACCESS').isMember = true
  await until(
    'the card follows',
    () => [...slack.messages.values()].some((each) => each.channel === 'C0ACCESS'),
    25_000,
  )
  await world.client.press('U0SAM', world.card(0, 'D0SAM'), 'Approve')
  await until('both cards are decided', () =>
    [world.card(), world.card(0, 'D0SAM')].every((card) => !world.hasButton(card, 'Approve')),
  )
})

test('the database goes away: Slack is told in time, nothing is half done, and all goes on when it is back', async () => {
  world = await givenWorld({
    async through(databaseUrl) {
      wire = await wireTo(databaseUrl)
      return wire.url
    },
  })
  const { github, until } = world
  await world.client.command('U0ANN', 'request github:org-admin 6s')
  await until('a card', () => world.slack.messages.size > 0)
  await world.client.press('U0SAM', world.card(), 'Approve')
  await until('owner', () => github.roleOf('ann-acme') === 'admin')
  wire?.cut()
  const answer = await world.client.command('U0BOB', 'request github:org-admin 30m')
  expect(answer.status).toBe(200)
  expect(answer.ms).toBeLessThan(2_900)
  expect(saidIn(answer)).toContain('database')
  const readyz = await fetch(`${world.server.url}/readyz`)
  expect([readyz.status, await readyz.json()]).toEqual([503, { status: 'not_ready', missing: ['database'] }])
  expect((await fetch(`${world.server.url}/healthz`)).status).toBe(200)
  await wire?.mend()
  await until('member again', () => github.roleOf('ann-acme') === 'member')
  const sql = postgres(world.databaseUrl ?? '', { max: 1 })
  expect((await sql`select requester from request`).map((row) => row['requester'])).toEqual(['ann@acme.example'])
  await sql.end()
  const again = await world.client.command('U0BOB', 'request github:org-admin 30m')
  expect(saidIn(again)).toContain('Asked')
})
