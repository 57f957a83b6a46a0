import { afterEach, describe, expect, test } from 'vitest'
import { plainTextOf } from '../doubles/slack/reading.ts'
import type { EngineName } from '../support/databases.ts'
import { givenWorld, type World } from '../support/world.ts'

/** All that the card in the channel showed, so that a slow machine misses nothing. */
function everSaid(world: World): readonly string[] {
  const card = world.card()
  return [...card.history.map((each) => plainTextOf(each.blocks)), world.text(card)]
}

describe.each<EngineName>(['postgres', 'embedded'])('the main job on %s', (engine) => {
  let world: World
  afterEach(async () => {
    const problems = [...world.slack.problems, ...world.github.problems]
    await world.close()
    expect(problems).toEqual([])
  })

  test('asked in Slack, approved by a reaction, owner at GitHub, and back to member when the time is up', async () => {
    world = await givenWorld({ engine })
    const { slack, github, until } = world
    const asked = await world.client.command('U0ANN', 'request github:org-admin 5s fix the billing page')
    expect(asked.status).toBe(200)
    expect(JSON.stringify(asked.body)).toContain('Asked')
    await until('a card', () => slack.messages.size > 0)
    expect(world.hasButton(world.card(), 'Approve')).toBe(true)
    expect(world.hasButton(world.card(), 'Deny')).toBe(true)
    expect(github.journal.filter((entry) => entry.method !== 'GET')).toEqual([])

    await world.client.react('U0SAM', world.card(), 'white_check_mark')
    await until('owner at GitHub', () => github.journal.some((entry) => entry.applied))
    await until('the card says it', () => everSaid(world).some((text) => /Ann is Organisation owner/.test(text)))
    expect(world.hasButton(world.card(), 'Approve')).toBe(false)

    await until('member again', () => github.roleOf('ann-acme') === 'member')
    await until('the card says it', () =>
      /Ended .*Ann is member again, checked at GitHub/.test(world.text(world.card())),
    )
    expect(
      github.journal.filter((entry) => entry.applied).map((entry) => `${entry.method} ${JSON.stringify(entry.body)}`),
    ).toEqual(['PUT {"role":"admin"}', 'PUT {"role":"member"}'])
    await until('Ann is told in one thread', () => world.text(world.card(0, 'D0ANN')).includes('Ended'))
    const roots = [...slack.messages.values()].filter((message) => message.threadTs === undefined)
    expect(roots.map((message) => message.channel).sort()).toEqual(['C0ACCESS', 'D0ANN'])
  })

  test('a standing owner keeps what was there, and nothing is written', async () => {
    world = await givenWorld({
      engine,
      github: { members: { 'ann-acme': 'admin', 'sam-acme': 'admin' }, teams: { sre: {} } },
    })
    const { slack, github, until } = world
    await world.client.command('U0ANN', 'request github:org-admin 4s')
    await until('a card', () => slack.messages.size > 0)
    await world.client.press('U0SAM', world.card(), 'Approve')
    await until('it ends', () => /Ended/.test(world.text(world.card())))
    expect(world.text(world.card())).toContain('nothing was changed')
    expect(github.journal.filter((entry) => entry.applied)).toEqual([])
    expect(github.roleOf('ann-acme')).toBe('admin')
  })

  test('an outsider is invited, and the invitation is withdrawn at the end', async () => {
    world = await givenWorld({ engine, github: { members: { 'sam-acme': 'admin' }, outsiders: ['ann-acme'] } })
    const { slack, github, until } = world
    await world.client.command('U0ANN', 'request github:org-admin 5s')
    await until('a card', () => slack.messages.size > 0)
    await world.client.press('U0SAM', world.card(), 'Approve')
    await until('invited', () => github.journal.some((entry) => entry.applied))
    await until('the card says it', () => everSaid(world).some((text) => /invitation to ann-acme/.test(text)))
    await until('withdrawn', () => github.roleOf('ann-acme') === undefined)
    await until('it ends', () => /Ended/.test(world.text(world.card())))
  })

  test('a denied request gives nothing, and says by whom and why', async () => {
    world = await givenWorld({ engine })
    const { slack, github, until } = world
    await world.client.command('U0ANN', 'request github:org-admin 30m')
    await until('a card', () => slack.messages.size > 0)
    const id = /req_[0-9a-z]{8}/.exec(world.text(world.card()))?.[0]
    await world.client.command('U0SAM', `deny ${id} not during the freeze`)
    await until('denied', () => /Denied by Sam: “not during the freeze”/.test(world.text(world.card())))
    expect(world.hasButton(world.card(), 'Approve')).toBe(false)
    expect(github.journal).toEqual([])
  })
})
