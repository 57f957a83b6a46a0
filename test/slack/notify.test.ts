import { afterEach, describe, expect, test } from 'vitest'
import { cardsIn, threadOf } from '../doubles/slack/reading.ts'
import { givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const how = (notify: string) => (github: Stage['github']) =>
  yamlWith(github).replace('    reactions: true\n', `    reactions: true\n    notify: ${notify}\n`)

const direct = (user: string) =>
  stage.world.until(`a direct message to ${user}`, () => cardsIn(stage.world.slack, `D${user.slice(1)}`)[0])

describe('notify: direct', () => {
  test('those who decide have the card with working buttons, and every one of them shows what became of it', async () => {
    stage = await givenStage({ yaml: how('direct') })
    const { world } = stage
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    const [sam, sue] = [await direct('U0SAM'), await direct('U0SUE')]
    await world.until(
      'the story',
      () => stage.cardText(id) !== '' && stage.thread(id).includes('Asked directly: Sam, Sue'),
    )
    expect(JSON.stringify(threadOf(world.slack, stage.card(id)))).not.toContain('<@')
    expect(world.hasButton(sam, 'Approve') && world.hasButton(sue, 'Deny…')).toBe(true)
    await world.client.press('U0SUE', sue, 'Approve')
    await stage.reach(id, 'active')
    for (const card of [sam, sue, stage.card(id)])
      await world.until('what became of it', () =>
        /^Ann is Organisation owner .*\nApproved by Sue/.test(world.text(card)),
      )
    expect(world.hasButton(sam, 'Approve')).toBe(false)
    await stage.say('U0ANN', `end ${id}`)
    for (const card of [sam, sue]) await world.until('its end', () => /^Ended/.test(world.text(card)))
    // Nobody who asked is asked.
    const ann = await direct('U0ANN')
    await world.until('the end, from the side of who asked', () => /^Ended.*: You are/.test(world.text(ann)))
  })

  test('reminds directly, in the thread of the card that is there', async () => {
    stage = await givenStage({ yaml: how('direct') })
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    const sam = await direct('U0SAM')
    await stage.sql`update request set remind_at = now() where id = ${id}`
    await stage.world.until('a reminder', () =>
      stage.world.thread(sam).some((line) => /^Ann still waits; lapses at/.test(line)),
    )
    expect(cardsIn(stage.world.slack, 'D0SAM')).toHaveLength(1)
  })
})

test('notify: none calls nobody, also later', async () => {
  stage = await givenStage({ yaml: how('none') })
  const id = await stage.ask('U0ANN', 'github:org-admin 30m')
  await stage.world.until('its card', () => stage.cardText(id) !== '')
  await stage.sql`update request set remind_at = now() where id = ${id}`
  await stage.say('U0SAM', `deny ${id}`)
  await stage.world.until('the story', () => stage.thread(id).length > 0)
  expect(stage.thread(id)).toEqual(['Denied by Sam'])
  expect(cardsIn(stage.world.slack, 'D0SAM')).toEqual([])
})

describe('a channel where the card cannot be', () => {
  test('the whole life goes by direct messages, reminder included; the card follows when it can', async () => {
    stage = await givenStage({ channels: { C0ACCESS: { name: 'access', isMember: false } } })
    const { world } = stage
    const id = await stage.ask('U0ANN', 'github:org-admin 30m')
    const [sam, sue] = [await direct('U0SAM'), await direct('U0SUE')]
    await stage.sql`update request set remind_at = now() where id = ${id}`
    await world.until('a reminder', () => world.thread(sam).some((line) => /^Ann still waits/.test(line)))
    await world.client.press('U0SAM', sam, 'Deny…')
    const form = await world.until('the form', () => world.slack.views[0])
    await world.client.submitView('U0SAM', form, { reason: 'not now' })
    for (const card of [sam, sue, await direct('U0ANN')])
      await world.until('the denial', () => /^Denied by Sam: “not now”/.test(world.text(card)))
    world.slack.channel('C0ACCESS').isMember = true
    await world.until('the card', () => /^Denied by Sam/.test(stage.cardText(id)), 25_000)
    await world.until('its story', () => stage.thread(id).length >= 2)
  })
})
