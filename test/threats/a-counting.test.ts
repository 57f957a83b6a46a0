import { afterEach, describe, expect, test } from 'vitest'
import type { SlackClient } from '../doubles/slack/client.ts'
import { PEOPLE } from '../support/world.ts'
import { approveBy, cardOf, configWith, decidedOf, PATHS, type Parts, role, workflow } from './a-stage.ts'
import { eventually, givenStage, type Stage } from './b-stage.ts'

let stage: Stage
let others: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const other of others) await other.stop()
  others = []
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

async function given(parts: Parts): Promise<readonly [SlackClient, SlackClient]> {
  const more = { U0TOM: { name: 'Tom', email: 'tom@acme.example' } }
  const people = ['tom@acme.example: { name: Tom, groups: [security, leads], accounts: { github: tom-acme } }']
  const yaml = (github: Parameters<typeof configWith>[0]) => configWith(github, { people, ...parts })
  stage = await givenStage({ people: { ...PEOPLE, ...more }, yaml })
  const first = stage.world.client
  others.push(stage.world.server)
  await stage.world.start()
  return [first, stage.world.client]
}

describe('A6: one person is one vote', () => {
  test('a double click, a click and a reaction, a typed line, through two servers at once', async () => {
    const servers = await given({ quorum: 2 })
    const id = await stage.ask('U0ANN', 'github:team-sre 30m')
    await cardOf(stage, id)
    const twice = PATHS.flatMap((path) =>
      servers.map((client) => approveBy(stage, path, { user: 'U0SAM', id, client })),
    )
    await Promise.all(twice)
    const { state, votes, refused } = await decidedOf(stage, id)
    expect({ state, votes }).toEqual({ state: 'pending', votes: ['sam@acme.example yes'] })
    expect(refused).toEqual(refused.map(() => 'voted_already'))
    expect(refused.length).toBeGreaterThan(0)
    expect((await stage.events(id)).filter((name) => name === 'vote_counted').length).toBe(1)
  })

  test('the same delivery through two servers is one vote, and one refusal less', async () => {
    const [one, other] = await given({ quorum: 2 })
    const id = await stage.ask('U0ANN', 'github:team-sre 30m')
    const delivery = await one.command('U0SAM', `approve ${id}`)
    await other.resend(delivery)
    expect(await decidedOf(stage, id)).toEqual({
      state: 'pending',
      votes: ['sam@acme.example yes'],
      refused: [],
      grant: 'none',
    })
  })

  test('in the groups of both stages: one stage is decided, whatever the person does more', async () => {
    const stages = ['{ approvers: { groups: [security] }, quorum: 1 }', '{ approvers: { groups: [leads] }, quorum: 1 }']
    const servers = await given({ roles: [role('both', { workflow: 'both' })], workflows: [workflow('both', stages)] })
    const id = await stage.ask('U0ANN', 'github:both 30m')
    await cardOf(stage, id)
    for (const path of PATHS)
      await Promise.all(servers.map((client) => approveBy(stage, path, { user: 'U0TOM', id, client })))
    expect(await decidedOf(stage, id)).toMatchObject({ state: 'pending', votes: ['tom@acme.example yes'] })
    await stage.say('U0SAM', `approve ${id}`)
    // Tom's yes stands for security, which he was first asked for: of the leads there is none yet.
    expect(await stage.stateOf(id)).toBe('pending')
  })

  test('in both groups of one stage: one of two', async () => {
    const stages = ['{ approvers: { groups: [security, leads], users: [tom@acme.example] }, quorum: 2 }']
    await given({ roles: [role('wide', { workflow: 'wide' })], workflows: [workflow('wide', stages)] })
    const id = await stage.ask('U0ANN', 'github:wide 30m')
    await stage.say('U0TOM', `approve ${id}`)
    await stage.say('U0TOM', `approve ${id}`)
    expect(await decidedOf(stage, id)).toMatchObject({ state: 'pending', votes: ['tom@acme.example yes'] })
    await stage.say('U0SUE', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('approved')
  })
})

const VOTERS = ['U0SAM', 'U0SUE', 'U0TOM'] as const

async function decidedOnce(id: string): Promise<void> {
  await eventually('decided', async () => (await stage.stateOf(id)) === 'approved')
  const events = await stage.events(id)
  for (const name of ['request_approved', 'grant_planned'])
    expect(events.filter((each) => each === name)).toEqual([name])
}

describe('A7: more votes than are needed', () => {
  test('the vote after the last one is told that it was decided, and by whom', async () => {
    await given({ quorum: 2 })
    const id = await stage.ask('U0ANN', 'github:team-sre 30m')
    for (const voter of ['U0SAM', 'U0SUE']) await stage.say(voter, `approve ${id}`)
    await decidedOnce(id)
    expect(await stage.say('U0TOM', `approve ${id}`)).toMatch(/already approved by Sue/)
    expect(await stage.say('U0TOM', `deny ${id}`)).toMatch(/already approved by Sue/)
    await decidedOnce(id)
    expect((await decidedOf(stage, id)).votes).toEqual(['sam@acme.example yes', 'sue@acme.example yes'])
  })

  test.each([1, 2])(
    'three at once through two servers, %i needed: approved once, with exactly so many',
    async (quorum) => {
      const servers = await given({ quorum })
      for (let round = 0; round < 8; round++) {
        const id = await stage.ask('U0ANN', `github:team-sre ${30 + round}m`)
        const said = VOTERS.map((voter, n) => stage.say(voter, `approve ${id}`, servers[(n + round) % 2]))
        const answers = await Promise.all(said)
        await decidedOnce(id)
        expect(answers.filter((answer) => /already approved/.test(answer)).length).toBe(VOTERS.length - quorum)
        expect((await decidedOf(stage, id)).votes.length).toBe(quorum)
      }
    },
  )

  test('one needed, of two groups that both have somebody: one vote, one grant', async () => {
    const stages = ['{ approvers: { groups: [security, leads] }, quorum: 1 }']
    await given({ roles: [role('wide', { workflow: 'wide' })], workflows: [workflow('wide', stages)] })
    const id = await stage.ask('U0ANN', 'github:wide 30m')
    await Promise.all(['U0TOM', 'U0SAM', 'U0TOM'].map((voter) => stage.say(voter, `approve ${id}`)))
    await decidedOnce(id)
    expect((await decidedOf(stage, id)).votes.length).toBe(1)
  })
})
