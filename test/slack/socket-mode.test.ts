import { afterEach, describe, expect, test } from 'vitest'
import { cardsIn } from '../doubles/slack/reading.ts'
import { eventually, givenStage, type Stage, writesOf } from '../threats/b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

async function connected(count = 2): Promise<void> {
  await stage.world.until(`${count} connections`, () => stage.world.slack.sockets.count === count)
}

test('the whole life of a request over Socket Mode, a connection recycled at every step: nothing lost, nothing twice', async () => {
  stage = await givenStage({ isSocketMode: true })
  const { world } = stage
  const { sockets } = world.slack
  await connected()
  const id = await stage.ask('U0ANN', 'github:org-admin 30m the billing page')
  await world.until('the card', () => stage.cardText(id) !== '' && stage.thread(id).length > 0)
  sockets.recycle()
  await world.client.react('U0SAM', stage.card(id), 'white_check_mark')
  sockets.recycle()
  await stage.reach(id, 'active')
  await connected()
  const home = await world.until('the direct message', () => {
    const card = cardsIn(world.slack, 'D0ANN')[0]
    return card !== undefined && world.hasButton(card, 'End now') ? card : undefined
  })
  sockets.recycle()
  expect((await world.client.press('U0ANN', home, 'End now')).status).toBe(200)
  await stage.reach(id, 'revoked')
  const once = ['request_asked', 'vote_counted', 'request_approved', 'grant_active', 'grant_revoking', 'grant_revoked']
  expect((await stage.events(id)).filter((name) => once.includes(name))).toEqual(once)
  expect(cardsIn(world.slack, 'C0ACCESS')).toHaveLength(1)
  expect(writesOf(stage.github)).toEqual(['PUT admin ann-acme', 'PUT member ann-acme'])
  await connected()
  expect(sockets.opened).toBeGreaterThanOrEqual(5)
  expect(new Set(sockets.acks).size).toBe(sockets.acks.length)
})

test('without a signing secret nothing is genuine over HTTP: the path is not there', async () => {
  stage = await givenStage({ isSocketMode: true })
  const answer = await fetch(`${stage.world.server.url}/slack/events`, { method: 'POST', body: 'command=%2Fthand' })
  expect(answer.status).toBe(404)
})

describe('an event that Slack brings again over another connection', () => {
  test('has one effect and one answer', async () => {
    stage = await givenStage({ isSocketMode: true })
    await connected()
    const { world } = stage
    const eventId = 'Ev0SAME'
    await world.client.say('U0ANN', 'request github:org-admin 30m', { eventId })
    await world.client.say('U0ANN', 'request github:org-admin 30m', { eventId })
    await world.client.say('U0ANN', 'mine', { eventId: 'Ev0MINE' })
    await world.client.say('U0ANN', 'mine', { eventId: 'Ev0MINE' })
    const rows = await stage.sql`select id from request`
    expect(rows).toHaveLength(1)
    const said = await world.until('two answers', () => {
      const direct = cardsIn(world.slack, 'D0ANN')
      return direct.length >= 2 ? direct : undefined
    })
    expect(said.map(({ text }) => text.slice(0, 5))).toEqual(['Asked', 'You h'])
  })
})

describe('what Slack does to us', () => {
  test('unreachable at the start: the server is ready, and hears when Slack is there', async () => {
    stage = await givenStage({ isSocketMode: true })
    const { world } = stage
    await connected()
    await world.server.stop()
    world.slack.faults.down = true
    await world.start()
    expect((await fetch(`${world.server.url}/readyz`)).status).toBe(200)
    await eventually('a try that failed', async () => world.log.some((line) => line.includes('slack_socket_not_open')))
    world.slack.faults.down = false
    await connected()
    expect((await world.client.command('U0ANN', 'mine')).status).toBe(200)
  })

  test('refused while it runs: the process lives, says so, and is back when the token is good again', async () => {
    stage = await givenStage({ isSocketMode: true })
    const { world } = stage
    await connected()
    world.slack.faults.failNext('apps.connections.open', { kind: 'error', error: 'invalid_auth', times: 3 })
    world.slack.sockets.cut()
    await eventually('the log', async () =>
      world.log.some((line) => line.includes('slack_socket_not_open') && line.includes('invalid_auth')),
    )
    await connected()
    expect(world.log.join('')).not.toContain(world.slack.appToken)
    expect((await world.client.command('U0ANN', 'mine')).status).toBe(200)
  })

  test('stopping answers what is under way before it closes', async () => {
    stage = await givenStage({ isSocketMode: true })
    const { world } = stage
    await connected()
    const answer = world.client.command('U0ANN', 'roles')
    await world.until('it came', () => world.log.some((line) => line.includes('inbound_received')))
    const stopping = world.server.stop()
    expect((await answer).text).toContain('github:org-admin')
    await stopping
    await world.until('no connection', () => world.slack.sockets.count === 0)
    await world.start()
  })
})
