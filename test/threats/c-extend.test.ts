import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buttonsOf, cardsIn } from '../doubles/slack/reading.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { extend, extensionCard, formBy, givenActive, knownCard, lengthMs } from '../support/extending.ts'
import { told } from '../support/told.ts'
import { givenStage, type Stage, saidIn } from './b-stage.ts'
import { escaped, HOSTILE, seen } from './c-hostile.ts'
import { markupIn, shownIn } from './c-stage.ts'

const ALL = Object.entries(HOSTILE)
  .filter(([name]) => name !== 'long')
  .map(([, text]) => text)
  .join(' · ')

let stage: Stage
let ofAnn: string
let ofBob: string
let holders: SlackMessage

beforeAll(async () => {
  stage = await givenStage()
  ofAnn = await givenActive(stage, 'github:team-sre 30m')
  ofBob = await givenActive(stage, 'github:team-sre 30m', 'U0BOB')
  holders = await stage.world.until('Ann’s own card', () =>
    cardsIn(stage.world.slack, 'D0ANN').find((each) => buttonsOf(each).some(({ label }) => label === 'Extend')),
  )
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const extensions = async (grant: string) => stage.sql`select id from request where extends_grant = ${grant}`

describe('C4: what is extended is read from the database', () => {
  test('a form whose hidden text names the access of somebody else gives nothing, and tells nothing of it', async () => {
    const form = await formBy(stage, 'U0ANN', holders, 'Extend')
    const foreign = { ...form, view: { ...form.view, private_metadata: ofBob } }
    const answer = await stage.world.client.submitView('U0ANN', foreign, { duration: '1h', reason: '' })
    expect(answer.text).toContain('There is no such request')
    for (const hidden of ['', 'request', `${ofBob} `, `extend ${ofBob}`, '{}']) {
      const odd = { ...form, view: { ...form.view, private_metadata: hidden } }
      expect((await stage.world.client.submitView('U0ANN', odd, { duration: '1h' })).text).toMatch(
        /does not belong|There is no such request/,
      )
    }
    expect(await extensions(ofBob)).toEqual([])
    expect(await extensions(ofAnn)).toEqual([])
  })

  test('a button that was copied from the card of somebody else opens no form, and approves nothing', async () => {
    const id = await extend(stage, 'U0BOB', `${ofBob} 20m`)
    const card = await knownCard(stage, ofBob, id)
    const [approve] = buttonsOf(card)
    if (approve === undefined) throw new Error('no button')
    const { slack, client } = stage.world
    const count = slack.views.length
    const before = await lengthMs(stage, ofBob)
    await client.press('U0ANN', holders, { ...approve, actionId: 'thand:form:0', value: `extend ${ofBob}` })
    await client.press('U0SAM', holders, { ...approve, value: `approve ${id}` })
    const told = () => slack.responses.slice(-2).map((each) => JSON.stringify(each.body))
    await stage.world.until('both are told', () => told().filter((body) => /does not belong/.test(body)).length === 2)
    expect(slack.views).toHaveLength(count)
    expect(await stage.stateOf(id)).toBe('pending')
    expect(await lengthMs(stage, ofBob)).toBe(before)
    await stage.say('U0BOB', `cancel ${id}`)
  })
})

describe('C5: the words of a person are text', () => {
  test('as the reason for more time, typed and in the form, on its card, in lists and in the story', async () => {
    const answers: unknown[] = []
    const { slack, client } = stage.world
    const typed = await told(slack, client, ['U0ANN', `extend ${ofAnn} 20m ${escaped(ALL)}`])
    const first = /req_[0-9a-z]{8}/.exec(typed.text)?.[0] ?? ''
    await extensionCard(stage, ofAnn, first)
    await stage.say('U0SUE', `deny ${first} ${escaped(HOSTILE['link'] ?? '')}`)
    const form = await formBy(stage, 'U0ANN', holders, 'Extend')
    const filled = await stage.world.client.submitView('U0ANN', form, { duration: '25m', reason: ALL })
    const [second] =
      await stage.sql`select id, reason from request where extends_grant = ${ofAnn} and state = 'pending'`
    expect(second?.reason).toBe(seen(ALL))
    await extensionCard(stage, ofAnn, String(second?.id))
    for (const user of ['U0ANN', 'U0SAM']) {
      for (const line of ['mine', 'pending', `show ${ofAnn}`, `show ${first}`]) {
        const delivery = await told(slack, client, [user, line])
        expect(saidIn(delivery)).not.toBe('')
        answers.push(delivery.body)
      }
    }
    expect([...shownIn(stage.world.slack), ...answers, typed.body, filled.body].flatMap(markupIn)).toEqual([])
  })
})
