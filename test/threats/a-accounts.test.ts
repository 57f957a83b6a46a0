import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { SlackPerson } from '../doubles/slack/workspace.ts'
import { commandOf } from '../support/built.ts'
import { PEOPLE } from '../support/world.ts'
import { approveBy, boundTo, cardOf, configWith, decidedOf, NOTHING, PATHS } from './a-stage.ts'
import { givenStage, type Stage, writesOf } from './b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const KIM = 'kim@acme.example: { name: Kim, groups: [security], accounts: { github: kim-acme } }'

async function given(more: Readonly<Record<string, SlackPerson>> = {}): Promise<string> {
  stage = await givenStage({
    people: { ...PEOPLE, ...more },
    yaml: (github) => configWith(github, { people: [KIM] }),
  })
  return stage.ask('U0ANN', 'github:team-sre 30m')
}

/** On every path: nothing is counted, nothing is bound, and whose address it was can act as before. */
async function mayNothing(id: string, user: string, options = {}): Promise<void> {
  for (const by of PATHS) expect((await approveBy(stage, by, { user, id, options })).status).toBe(200)
  await stage.world.client.command(user, 'request github:team-sre 30m', options)
  expect(await decidedOf(stage, id)).toEqual({ ...NOTHING, refused: [] })
  const asked = await stage.sql`select requester from request`
  expect(asked.map((row) => row.requester)).toEqual(['ann@acme.example'])
}

describe('A9: to be in the channel is no authority', () => {
  const sam = { name: 'Sam', email: 'sam@acme.example' }
  const accounts: readonly [string, SlackPerson][] = [
    ['somebody whom the configuration does not name', { name: 'Out', email: 'out@acme.example' }],
    ['somebody of another domain', { name: 'Out', email: 'sam@other.example' }],
    ['a guest of several channels', { ...sam, isRestricted: true }],
    ['a guest of one channel', { ...sam, isUltraRestricted: true }],
    ['a partner by Slack Connect', { ...sam, team: 'T0EXT', isStranger: true }],
    ['somebody of another workspace', { ...sam, team: 'T0EXT' }],
    ['a bot', { ...sam, isBot: true }],
    ['somebody invited who has not come yet', { ...sam, isInvited: true }],
  ]
  test('whoever is there beside those whom the configuration names', async () => {
    const id = await given(Object.fromEntries(accounts.map(([, account], n) => [`U0OUT${n}`, account])))
    for (const [n, [who]] of accounts.entries()) {
      await mayNothing(id, `U0OUT${n}`)
      expect(await boundTo(stage, `U0OUT${n}`), who).toBeUndefined()
    }
    expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(/is counted/)
  })

  test('the same user id in another workspace, in the payload of each kind', async () => {
    const id = await given()
    await stage.say('U0SAM', 'mine')
    const { client } = stage.world
    const elsewhere = { id: 'U0SAM', team_id: 'T0EXT' }
    await client.command('U0SAM', `approve ${id}`, { team: 'T0EXT' })
    await approveBy(stage, 'pressed', { user: 'U0SAM', id, options: { extra: { user: elsewhere } } })
    const card = await cardOf(stage, id)
    const item = { type: 'message', channel: card.channel, ts: card.ts }
    const marked = { type: 'reaction_added', reaction: 'white_check_mark', item, item_user: card.user }
    await client.event({ ...marked, user: 'U0SAM', user_team: 'T0EXT' })
    expect(await decidedOf(stage, id)).toEqual({ ...NOTHING, refused: [] })
    await client.event({ ...marked, user: 'U0SAM', user_team: 'T0ACME' })
    expect(await stage.stateOf(id)).toBe('approved')
  })
})

describe('A10: an address is not who somebody is', () => {
  const kim = { name: 'Kim' }
  const lookAlikes: readonly [string, string][] = [
    ['a Cyrillic letter', 'kіm@acme.example'],
    ['a letter that only its lower case makes ours', '\u212aim@acme.example'],
    ['full width', 'ｋim@acme.example'],
    ['a domain that ends otherwise', 'kim@acme.example.evil.example'],
    ['a domain that begins otherwise', 'kim@evilacme.example'],
    ['two domains', 'kim@evil.example@acme.example'],
    ['a tag', 'kim+x@acme.example'],
    ['something unseen', 'kim\u200b@acme.example'],
    ['a dot', 'k.im@acme.example'],
    ['nothing at all', ''],
  ]
  test('look-alikes of an approver are nobody', async () => {
    const more = lookAlikes.map(([, email], n) => [`U0LIKE${n}`, { ...kim, email }] as const)
    const id = await given(Object.fromEntries(more))
    for (const [account] of more) await mayNothing(id, account)
    for (const [n, [what]] of lookAlikes.entries()) expect(await boundTo(stage, `U0LIKE${n}`), what).toBeUndefined()
  })

  test('the same address in another case, and with space around it, is the person', async () => {
    const id = await given({ U0KIM: { ...kim, email: ' Kim@ACME.Example ' } })
    await stage.say('U0KIM', `approve ${id}`)
    expect((await decidedOf(stage, id)).votes).toEqual(['kim@acme.example yes'])
  })

  test('an address that nobody has confirmed is none', async () => {
    const id = await given({ U0KIM: { ...kim, email: 'kim@acme.example', emailConfirmed: false } })
    await mayNothing(id, 'U0KIM')
    expect(await boundTo(stage, 'U0KIM')).toBeUndefined()
  })

  test('once bound an account stays who it is, whatever its address becomes', async () => {
    const id = await given()
    for (const user of ['U0BOB', 'U0SAM']) await stage.say(user, 'mine')
    const { people } = stage.world.slack
    people['U0BOB'] = { name: 'Sam', email: 'sam@acme.example' }
    people['U0SAM'] = { name: 'Somebody', email: 'somebody@other.example' }
    await stage.restart()
    expect(await stage.say('U0BOB', `approve ${id}`)).toMatch(/no such request/)
    await stage.say('U0SAM', `approve ${id}`)
    expect((await decidedOf(stage, id)).votes).toEqual(['sam@acme.example yes'])
  })

  test('A17: a second account with the address, also when the first one has left, until the configuration names it', async () => {
    const second = { name: 'Sam', email: 'sam@acme.example' }
    const id = await given({ U0SAM2: second })
    await stage.say('U0SAM', 'mine')
    await mayNothing(id, 'U0SAM2')
    expect(await stage.say('U0SAM2', 'mine')).toMatch(/Another account is bound to you/)
    stage.world.slack.people['U0SAM'] = { ...PEOPLE.U0SAM, deleted: true }
    await stage.restart()
    await mayNothing(id, 'U0SAM2')
    const [told] =
      await stage.sql`select count(*)::int as n from audit_event where name = 'account_refused' and detail ->> 'why' = 'second_account'`
    expect(told?.n).toBeGreaterThan(0)
    await stage.restart((yaml) => yaml.replace('github: sam-acme', 'github: sam-acme, slack: U0SAM2'))
    await stage.say('U0SAM2', `approve ${id}`)
    expect((await decidedOf(stage, id)).votes).toEqual(['sam@acme.example yes'])
  })
})

describe('A17: a name at GitHub that means another account now', () => {
  test('is given nothing, until the configuration confirms the new id', async () => {
    const first = await given()
    await stage.say('U0SAM', `approve ${first}`)
    await stage.reach(first, 'active')
    await stage.say('U0ANN', `end ${first}`)
    await stage.reach(first, 'revoked')
    const newcomer = stage.github.hands.reuseLogin('ann-acme')
    stage.github.hands.setMember('ann-acme', 'member')
    const before = writesOf(stage.github).length
    const second = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(second, 'revoked')
    await stage.world.until('the card says it', () => /means another .*account now/.test(stage.cardText(second)))
    expect(writesOf(stage.github).length).toBe(before)
    await stage.restart((yaml) => yaml.replace('github: ann-acme', `github: { login: ann-acme, id: ${newcomer} }`))
    const third = await stage.give('U0ANN', 'github:org-admin 40m')
    await stage.reach(third, 'active')
    expect(stage.github.roleOf('ann-acme')).toBe('admin')
  })

  test('of somebody else here is given nothing in the other name', async () => {
    const first = await given()
    await stage.say('U0SAM', `approve ${first}`)
    await stage.reach(first, 'active')
    // Bob's name is what Ann's account is called today.
    stage.github.hands.deleteAccount('bob-acme')
    stage.github.hands.rename('ann-acme', 'bob-acme')
    const second = await stage.give('U0BOB', 'github:org-admin 30m')
    await stage.reach(second, 'revoked')
    expect((await stage.grantOf(second)).failure).toMatchObject({ code: 'subject_changed' })
    expect(stage.github.roleOf('bob-acme')).toBe('member')
  })
})

/** The command itself, in a process of its own. */
async function startedWith(yaml: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const file = path.join(stage.world.directory, `${randomUUID()}.yaml`)
  writeFileSync(file, yaml)
  const env = {
    PATH: process.env['PATH'],
    THAND_CONFIG: file,
    THAND_SECRET_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: stage.world.databaseUrl,
    PORT: '0',
    GITHUB_TOKEN: 'x',
    SLACK_BOT_TOKEN: 'xoxb-x',
    SLACK_SIGNING_SECRET: 'x'.repeat(32),
  }
  const child = spawn(process.execPath, [...commandOf('thand'), 'server'], { env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 50_000)
  const [code] = await once(child, 'exit')
  clearTimeout(timer)
  return { code, said }
}

describe('A16, A12: a configuration that cannot be right does not start', () => {
  test('one human under two entries; a list that names a group of nobody', async () => {
    await given()
    const yaml = configWith(stage.github, { people: [KIM] })
    const wrong: readonly [string, RegExp][] = [
      [yaml.replace('github: bob-acme', 'github: Ann-Acme'), /an account of one person; ann@acme\.example/],
      [yaml.replace('  bob@acme.example:', '  Ann@ACME.example:'), /each address once, in whatever case/],
      [yaml.replace(/(name: \w+, groups: )\[[^\]]*\]/g, '$1[]'), /a group of somebody in people/],
    ]
    const ended = await Promise.all(wrong.map(([text]) => startedWith(text)))
    for (const [n, { code, said }] of ended.entries()) {
      expect(said).toMatch(wrong[n]?.[1] ?? /^$/)
      expect(code).toBe(2)
      expect(said).not.toContain('server_ready')
    }
  })
})
