import { afterEach, describe, expect, test } from 'vitest'
import type { SlackClient } from '../doubles/slack/client.ts'
import { PEOPLE } from '../support/world.ts'
import { eventually, givenStage, type Stage, writesOf, yamlWith } from './b-stage.ts'

type Account = keyof typeof PEOPLE

let stage: Stage
let others: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const other of others) await other.stop()
  others = []
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

async function given(quorum = 1): Promise<void> {
  stage = await givenStage({ people: { ...PEOPLE }, yaml: (github) => yamlWith(github, { quorum }) })
}

/** A second server, which has asked Slack about nobody yet: the first one's facts may be 10 s old. */
async function freshServer(): Promise<SlackClient> {
  const first = { client: stage.world.client, server: stage.world.server }
  await stage.world.start()
  const fresh = { client: stage.world.client, server: stage.world.server }
  others.push(fresh.server)
  Object.assign(stage.world, first)
  return fresh.client
}

function deactivate(account: Account): void {
  stage.world.slack.people[account] = { ...PEOPLE[account], deleted: true }
}

/** Slack's event; what it says of the account is handed in, and need not be so. */
function changed(account: Account, says: Record<string, unknown> = {}) {
  return stage.world.client.event({ type: 'user_change', user: { id: account, ...says }, cache_ts: 1 })
}

async function detailOf(id: string, name: string): Promise<unknown> {
  const [row] = await stage.sql`select actor, detail from audit_event where subject = ${id} and name = ${name}`
  return row && { actor: row.actor, ...row.detail }
}

const without = (name: string) => (yaml: string) => yaml.replace(new RegExp(` {2}${name}@acme.*\\n`), '')

describe('A13: an approver who left', () => {
  test('deactivated after the first of two votes: that vote counts no more, and is seen not to', async () => {
    await given(2)
    const other = await freshServer()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.say('U0SAM', `approve ${id}`)
    await stage.world.until('the vote is shown', () => /1 of 2 approved/.test(stage.cardText(id)))
    deactivate('U0SAM')
    expect(await stage.say('U0SUE', `approve ${id}`, other)).toMatch(/1 more to go/)
    expect(await stage.stateOf(id)).toBe('pending')
    expect(await detailOf(id, 'vote_withdrawn')).toMatchObject({ actor: 'system', person: 'sam@acme.example' })
    await stage.world.until('the thread says it', () => /approval counts no more.*Sam/.test(stage.thread(id).join()))
    await stage.world.until('the card shows one vote', () => /Sue approved/.test(stage.cardText(id)))
    expect(stage.cardText(id)).not.toMatch(/Sam approved/)
    expect(writesOf(stage.github)).toEqual([])
  })

  test('deactivated after the first of two votes, and Slack tells: it counts no more at once', async () => {
    await given(2)
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.say('U0SAM', `approve ${id}`)
    deactivate('U0SAM')
    await changed('U0SAM')
    await eventually('withdrawn', async () => (await stage.events(id)).includes('vote_withdrawn'))
    await stage.say('U0SUE', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('pending')
  })

  const leavings: readonly [string, (yaml: string) => string][] = [
    ['taken out of the group', (yaml) => yaml.replace('{ name: Sam, groups: [security]', '{ name: Sam, groups: []')],
    ['taken out of the configuration', without('sam')],
  ]
  test.each(leavings)('%s after the first of two votes: that vote counts no more', async (_name, change) => {
    await given(2)
    stage.reconfigure((yaml) => yaml.replace('{ name: Bob, groups: [platform]', '{ name: Bob, groups: [security]'))
    await stage.restart()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.say('U0SAM', `approve ${id}`)
    await stage.restart(change)
    expect(await stage.say('U0SUE', 'pending')).toContain(id)
    expect(await stage.say('U0SUE', `approve ${id}`)).toMatch(/1 more to go/)
    expect(await stage.stateOf(id)).toBe('pending')
    await stage.say('U0BOB', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('approved')
  })

  const beforeGrant: readonly (readonly [string, (yaml: string) => string, boolean])[] = [
    ...leavings.map(([name, change]) => [name, change, false] as const),
    ['deactivated', (yaml) => yaml, true],
  ]
  test.each(beforeGrant)('%s between vote and grant: nothing is given', async (_name, change, isDeactivated) => {
    await given()
    stage.github.faults.down = true
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    expect((await stage.grantOf(id)).state).toBe('planned')
    if (isDeactivated) deactivate('U0SAM')
    await stage.restart(change)
    stage.github.faults.clear()
    await stage.reach(id, 'revoked')
    await stage.world.until('the card says it', () => /Not granted:.*not enough. Ask again/.test(stage.cardText(id)))
    expect(writesOf(stage.github)).toEqual([])
  })

  test('taken out of the group when only the first attempt is missing: nothing is given', async () => {
    await given()
    const { github } = stage
    github.faults.next({ path: /memberships\/ann-acme/ }, { kind: 'status', status: 503 }, 1000)
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await eventually('prepared', async () => (await stage.events(id)).includes('grant_prepared'))
    await stage.restart((yaml) => yaml.replace('{ name: Sam, groups: [security]', '{ name: Sam, groups: []'))
    github.faults.clear()
    await stage.reach(id, 'revoked')
    expect((await stage.grantOf(id)).failure).toMatchObject({ code: 'approver_gone' })
    expect(writesOf(github)).toEqual([])
  })
})

describe('A13: the requester left', () => {
  test('deactivated while pending: the approval finds it out, cancels, and gives nothing', async () => {
    await given()
    const other = await freshServer()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    deactivate('U0ANN')
    expect(await stage.say('U0SAM', `approve ${id}`, other)).toMatch(/cancelled.*\(deactivated\)/)
    expect(await stage.stateOf(id)).toBe('cancelled')
    expect(await detailOf(id, 'request_cancelled')).toMatchObject({ actor: 'system', reason: 'deactivated' })
    await stage.world.until('the card says it', () => /Cancelled: the account of Ann/.test(stage.cardText(id)))
    expect(stage.cardText(id)).not.toMatch(/ask again/i)
    await stage.world.until('the thread says it', () =>
      /Cancelled: the account of Ann.*deactivated/.test(stage.thread(id).join()),
    )
    expect(await stage.say('U0SUE', `approve ${id}`)).toMatch(/cancelled.*\(deactivated\)/)
    expect((await stage.grantOf(id)).state).toBe('none')
  })

  const leave: readonly [string, (id: string) => Promise<unknown>][] = [
    [
      'deactivated, and Slack tells',
      async () => {
        deactivate('U0ANN')
        await changed('U0ANN', { deleted: false })
      },
    ],
    [
      'deactivated while nothing ran',
      async () => {
        deactivate('U0ANN')
        await stage.restart()
      },
    ],
    ['removed from the configuration', () => stage.restart(without('ann'))],
  ]
  test.each(leave)('%s, while pending: cancelled without anybody doing anything', async (_name, goes) => {
    await given()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await goes(id)
    await eventually('cancelled', async () => (await stage.stateOf(id)) === 'cancelled')
    expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(/cancelled/)
    expect((await stage.grantOf(id)).state).toBe('none')
  })

  test.each(leave)('%s, while active: it ends, is taken back, and everybody can read why', async (_name, goes) => {
    await given()
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    await goes(id)
    await stage.reach(id, 'revoked')
    expect(stage.github.roleOf('ann-acme')).toBe('member')
    expect(await detailOf(id, 'grant_revoking')).toMatchObject({ actor: 'system', why: 'requester_gone' })
    await stage.world.until('the card says it', () => /Ended.*\n?.*ended early: /s.test(stage.cardText(id)))
    const lines = await stage.sql`select content ->> 'title' as said from message where request_id = ${id}`
    expect(lines.map((row) => row.said).join()).toMatch(/any more.*: this access ends now/)
  })

  test('deactivated between approval and grant: nothing is given', async () => {
    await given()
    stage.github.faults.down = true
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    deactivate('U0ANN')
    await changed('U0ANN')
    await stage.reach(id, 'revoked')
    stage.github.faults.clear()
    await stage.world.until('the card says it', () => /Not granted: the account/.test(stage.cardText(id)))
    expect(writesOf(stage.github)).toEqual([])
  })

  test('out of those who may ask, while pending: it lapses, and says why', async () => {
    await given()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.restart((yaml) => yaml.replace('{ name: Ann, groups: [platform]', '{ name: Ann, groups: []'))
    expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(/may not ask for this role any more/)
    expect(await stage.stateOf(id)).toBe('lapsed')
  })
})

describe('A13: what is no clear answer', () => {
  test('a lookup that fails when it is decided: refused, nothing is lost, and the next try counts', async () => {
    await given()
    const other = await freshServer()
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    await stage.say('U0SAM', 'mine', other)
    stage.world.slack.faults.failNext('users.info', { kind: 'http500', times: 100 })
    expect(await stage.say('U0SAM', `approve ${id}`, other)).toMatch(/could not check/)
    expect(await stage.stateOf(id)).toBe('pending')
    expect(await stage.events(id)).toContain('vote_refused')
    stage.world.slack.faults.clear()
    await stage.say('U0SAM', `approve ${id}`, other)
    expect(await stage.stateOf(id)).toBe('approved')
  })

  test.each([
    ['the lookup fails', () => stage.world.slack.faults.failNext('users.info', { kind: 'http500', times: 100 })],
    ['Slack does not know the account', () => delete stage.world.slack.people['U0ANN']],
    ['the account is as it was, whatever the event says', () => undefined],
  ])('%s while active: it goes on', async (_name, happens) => {
    await given()
    const id = await stage.give('U0ANN', 'github:org-admin 30m')
    await stage.reach(id, 'active')
    const asked = () => stage.world.slack.calls.filter((call) => call.args['user'] === 'U0ANN').length
    const before = asked()
    happens()
    await changed('U0ANN', { deleted: true })
    await eventually('Slack is asked', async () => asked() > before)
    await stage.restart()
    expect((await stage.grantOf(id)).state).toBe('active')
    expect(await stage.events(id)).not.toContain('grant_revoking')
  })
})
