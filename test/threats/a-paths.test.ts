import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SlackView } from '../doubles/slack/workspace.ts'
import { PEOPLE } from '../support/world.ts'
import { approveBy, cardOf, configWith, decidedOf, PATHS, type Path, role, workflow } from './a-stage.ts'
import { givenStage, type Stage, saidIn } from './b-stage.ts'

const CHANNELS = ['one', 'two', 'three', 'four', 'five', 'six']
const SECURITY = '{ approvers: { groups: [security] }, quorum: 1 }'

let stage: Stage
beforeAll(async () => {
  stage = await givenStage({
    people: {
      ...PEOPLE,
      U0GUEST: { name: 'Sam', email: 'sam@acme.example', isRestricted: true },
      U0NOBODY: { name: 'Zoe', email: 'zoe@acme.example' },
      U0EXT: { name: 'Sam', email: 'sam@acme.example', team: 'T0EXT', isStranger: true },
      U0OFF: { name: 'Sam', email: 'sam@acme.example', deleted: true },
    },
    yaml: (github) =>
      configWith(github, {
        people: [
          'tom@acme.example: { name: Tom, groups: [security], accounts: { github: tom-acme } }',
          'una@acme.example: { name: Una, groups: [platform] }',
        ],
        roles: [
          ...CHANNELS.map((key) => role(key, { workflow: key })),
          role('two', { workflow: 'both' }).replace('two:', 'twice:'),
          role('closed', { scopes: '{ allow: { users: [sam@acme.example] } }' }),
          role('denied', { scopes: '{ allow: { groups: [platform] }, deny: { domains: [acme.example] } }' }),
          role('reasoned', { more: 'reason: { required: true, pattern: "OPS-[0-9]+ .*" }' }),
          role('off', { more: 'enabled: false' }),
        ],
        workflows: [
          ...CHANNELS.map((key) => workflow(key, [SECURITY])),
          workflow('both', ['{ approvers: { groups: [security] }, quorum: 2 }']),
        ],
      }),
  })
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

let asked = 0
function ask(key = CHANNELS[asked % CHANNELS.length]): Promise<string> {
  asked += 1
  return stage.ask('U0ANN', `github:${key} ${10 + asked}m`)
}

describe('A2: the same yes on all paths', () => {
  const refusals: readonly [string, string, readonly string[]][] = [
    ['U0ANN', 'who asked', ['own_request']],
    ['U0BOB', 'no approver, who may not even see it', ['not_found']],
    ['U0GUEST', 'a guest with the address of an approver', []],
    ['U0EXT', 'a partner with the address of an approver', []],
    ['U0OFF', 'a deactivated account', []],
    ['U0NOBODY', 'a member whom the configuration does not name', []],
  ]
  test.each(refusals)('%s, %s: none of them counts', async (user, _who, codes) => {
    const id = await ask()
    for (const [n, path] of PATHS.entries()) {
      expect((await approveBy(stage, path, { user, id })).status).toBe(200)
      const refused = PATHS.slice(0, n + 1).flatMap(() => codes)
      expect(await decidedOf(stage, id), path).toEqual({ state: 'pending', votes: [], refused, grant: 'none' })
    }
  })

  test('of an approver: each approves, and leaves the same', async () => {
    const ids = await Promise.all(PATHS.map(() => ask()))
    const left = await Promise.all(
      PATHS.map(async (path, n) => {
        const id = ids[n] ?? ''
        await approveBy(stage, path, { user: 'U0SAM', id })
        const { state, votes, refused } = await decidedOf(stage, id)
        const [row] = await stage.sql`select platform, account, stage, value from vote where request_id = ${id}`
        return { state, votes, refused, ...row }
      }),
    )
    expect(left[0]).toMatchObject({ state: 'approved', votes: ['sam@acme.example yes'], account: 'U0SAM' })
    expect(left[1]).toEqual(left[0])
    expect(left[2]).toEqual(left[0])
  })

  test('a second time, and after it was decided or has lapsed: each is refused with the same', async () => {
    const [half, done, late] = [await ask('twice'), await ask(), await ask()]
    await stage.say('U0SUE', `approve ${half}`)
    await stage.say('U0SUE', `deny ${done}`)
    await stage.sql`update request set lapses_at = now() - interval '1 second' where id = ${late}`
    for (const path of PATHS) {
      await approveBy(stage, path, { user: 'U0SUE', id: half })
      for (const id of [done, late]) await approveBy(stage, path, { user: 'U0SAM', id })
    }
    expect(await decidedOf(stage, half)).toMatchObject({
      votes: ['sue@acme.example yes'],
      refused: thrice('voted_already'),
    })
    expect(await decidedOf(stage, done)).toMatchObject({ state: 'denied', refused: thrice('decided_already') })
    expect(await decidedOf(stage, late)).toMatchObject({
      state: 'lapsed',
      votes: [],
      refused: thrice('decided_already'),
    })
  })
})

const thrice = (code: string) => PATHS.map(() => code)

describe('A2: the same no on all paths', () => {
  async function denyBy(path: Path, user: string, id: string): Promise<void> {
    const { client, slack } = stage.world
    if (path === 'typed') await client.command(user, `deny ${id}`)
    else if (path === 'reacted') await client.react(user, await cardOf(stage, id), 'x')
    else {
      await client.press(user, await cardOf(stage, id), 'Deny…')
      const isIts = (view: SlackView) => view.user === user && view.view['private_metadata'] === id
      // Somebody who may not see the request gets no form; one that was filled in before, or made up, is another matter.
      const view =
        user === 'U0BOB' ? madeUp(user, id) : await stage.world.until('the form', () => slack.views.find(isIts))
      await client.submitView(user, view)
    }
  }
  const madeUp = (user: string, id: string): SlackView => {
    const view = { callback_id: 'thand:deny', private_metadata: id, blocks: [] }
    return { id: 'V1', user, hash: '', history: [], view }
  }

  test.each([
    ['U0SUE', 'denied', ['sue@acme.example no'], []],
    ['U0ANN', 'pending', [], ['own_request']],
    ['U0BOB', 'pending', [], ['not_found']],
  ])('%s: %s', async (user, state, votes, codes) => {
    for (const path of PATHS) {
      const id = await ask()
      await cardOf(stage, id)
      await denyBy(path, user, id)
      expect(await decidedOf(stage, id), path).toEqual({ state, votes, refused: codes, grant: 'none' })
    }
  })
})

describe('A2: the same asking on all paths', () => {
  let form: SlackView
  beforeAll(async () => {
    await stage.world.client.command('U0BOB', '')
    form = await stage.world.until('the form', () => stage.world.slack.views.find(({ user }) => user === 'U0BOB'))
  })
  const requests = async (person: string) =>
    (
      await stage.sql`select role_key, reason, duration_seconds, state from request where requester = ${person} order by asked_at`
    ).map((row) => ({ ...row }))
  const bare = (text: string) => text.replaceAll(/“[^”]*”/g, '“”').replaceAll('"', '')

  async function bothWays(key: string, duration: string, reason: string) {
    const typed = await stage.world.client.command('U0ANN', `request ${key} ${duration} ${reason}`)
    const chosen = { value: { type: 'static_select', selected_option: { value: key } } }
    const filled = await stage.world.client.submitView('U0BOB', form, { role: chosen, duration, reason })
    return { typed: bare(saidIn(typed).split('\n')[0] ?? ''), filled: bare(JSON.stringify(filled.body)) }
  }

  test.each([
    ['a role that is not there', 'github:none', '30m', ''],
    ['a role of others', 'github:closed', '30m', ''],
    ['a role that is denied to all', 'github:denied', '30m', ''],
    ['a role that is off', 'github:off', '30m', ''],
    ['too long', 'github:one', '5h', ''],
    ['a reason of another form', 'github:reasoned', '30m', 'please'],
    ['no duration', 'github:one', 'soon', ''],
  ])('%s: refused in the same words, and nothing is stored', async (_name, key, duration, reason) => {
    const before = [await requests('ann@acme.example'), await requests('bob@acme.example')]
    const { typed, filled } = await bothWays(key, duration, reason)
    expect(typed.length).toBeGreaterThan(10)
    expect(filled).toContain(typed)
    expect([await requests('ann@acme.example'), await requests('bob@acme.example')]).toEqual(before)
  })

  test('no reason where one is asked for: a form where one can open, else the same words; nothing is stored', async () => {
    const { client, slack, until } = stage.world
    const before = [await requests('ann@acme.example'), await requests('bob@acme.example')]
    const { filled } = await bothWays('github:reasoned', '30m', '')
    await until('the form', () => slack.views.find(({ user }) => user === 'U0ANN'))
    const told = slack.ephemerals.length
    await client.mention('U0ANN', 'request github:reasoned 30m')
    const said = await until('a word', () => slack.ephemerals[told])
    expect(filled).toContain(bare(said.text))
    expect([await requests('ann@acme.example'), await requests('bob@acme.example')]).toEqual(before)
  })

  test('what is allowed is stored alike', async () => {
    await bothWays('github:reasoned', '45m', 'OPS-7 the deploy')
    const [ann, bob] = [await requests('ann@acme.example'), await requests('bob@acme.example')]
    expect(ann.at(-1)).toEqual({
      role_key: 'github:reasoned',
      reason: 'OPS-7 the deploy',
      duration_seconds: 2700,
      state: 'pending',
    })
    expect(bob.at(-1)).toEqual(ann.at(-1))
  })
})
