import { afterEach, describe, expect, test } from 'vitest'
import { cardsIn, plainTextOf } from '../doubles/slack/reading.ts'
import {
  endsIn,
  expiresAt,
  extend,
  extensionCard,
  formBy,
  givenActive,
  knownCard,
  labelsOf,
} from '../support/extending.ts'
import { standardConfig } from '../support/standard-config.ts'
import { givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const MINUTES_MS = 60_000
const OPEN = `  open:
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    approval: none
    max_duration: 1h
`

/** Ann's direct messages, oldest first. */
const told = () => {
  const { slack, text } = stage.world
  return [...slack.messages.values()].filter((each) => each.channel === 'D0ANN').map((each) => text(each))
}

describe('more time in access that is there', () => {
  test('is asked for and decided in the thread of its card, and moves the end by what was asked for', async () => {
    stage = await givenStage()
    const { world } = stage
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const before = await expiresAt(stage, grant)
    const id = await extend(stage, 'U0ANN', `${grant} 20m still deploying`)
    expect(id).not.toBe(grant)
    const card = await extensionCard(stage, grant, id)
    expect(card.threadTs).toBe(stage.card(grant).ts)
    expect(world.text(card)).toMatch(/^Ann asks for 20 minutes more of SRE team at GitHub acme, until .*/)
    expect(world.text(card)).toContain('> still deploying')
    expect(labelsOf(card)).toEqual(['Approve', 'Deny…'])
    await world.until('somebody is called', () =>
      stage.thread(grant).some((line) => /Sam.*waits for one of you/.test(line)),
    )
    await world.client.press('U0SAM', card, 'Approve')
    await world.until('the card says it', () => /^Extended until/.test(world.text(card)))
    expect(world.text(card)).toMatch(/20 minutes more · Sam approved/)
    expect(labelsOf(card)).toEqual([])
    expect(await expiresAt(stage, grant)).toBe(before + 20 * MINUTES_MS)
    expect(await stage.stateOf(id)).toBe('approved')
    expect((await stage.events(grant)).filter((name) => name === 'grant_extended')).toHaveLength(1)
    expect((await stage.grantOf(id)).state).toBe('none')
    await world.until('Ann is told', () =>
      told().some((line) => /20 minutes more · Approved by Sam: you have/.test(line)),
    )
    await world.until('the story goes on', () =>
      stage.thread(grant).some((line) => /20 minutes more · Approved by Sam/.test(line)),
    )
    expect(cardsIn(world.slack, 'C0ACCESS')).toHaveLength(1)
    expect(cardsIn(world.slack, 'D0ANN')).toHaveLength(1)
    const shown = Math.floor((before + 20 * MINUTES_MS) / 1000)
    await world.until('the card of the access shows the new end', () =>
      JSON.stringify(stage.card(grant).blocks).includes(`date^${shown}^`),
    )
    expect(stage.github.journal.filter((entry) => entry.applied)).toHaveLength(1)
  })

  test('is approved by a reaction on its own card, and by a typed line', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const before = await expiresAt(stage, grant)
    const first = await extend(stage, 'U0ANN', `${grant} 10m`)
    await stage.world.client.react('U0SAM', await knownCard(stage, grant, first), 'white_check_mark')
    expect(await stage.stateOf(first)).toBe('approved')
    const second = await extend(stage, 'U0ANN', `${grant} 10m`)
    expect(await stage.say('U0SUE', `approve ${second}`)).toContain('counted')
    expect(await expiresAt(stage, grant)).toBe(before + 20 * MINUTES_MS)
  })

  test('is denied with a reason, in a form: nothing moves, and what can be done is said', async () => {
    stage = await givenStage()
    const { world } = stage
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const before = await expiresAt(stage, grant)
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    const card = await knownCard(stage, grant, id)
    const form = await formBy(stage, 'U0SAM', card, 'Deny…')
    expect(plainTextOf(form)).toMatch(/Ann asks for 20 minutes more of SRE team/)
    await world.client.submitView('U0SAM', form, { reason: 'enough for today' })
    await world.until('the card says it', () => /^Denied by Sam: “enough for today”/.test(world.text(card)))
    expect(world.text(card)).toContain(`/thand extend ${grant} 20m`)
    expect(labelsOf(card)).toEqual([])
    expect(await expiresAt(stage, grant)).toBe(before)
    await world.until('Ann is told', () => told().some((line) => /20 minutes more · Denied by Sam/.test(line)))
    expect((await stage.grantOf(grant)).state).toBe('active')
  })

  test('is taken back by who asked, and may be asked for again', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    expect(await stage.say('U0SAM', `cancel ${id}`)).toMatch(/Only who asked/)
    expect(await stage.say('U0ANN', `cancel ${id}`)).toMatch(/Cancelled/)
    expect(await extend(stage, 'U0ANN', `${grant} 20m`)).not.toBe(id)
  })

  test('where the role needs no approval it is there at once', async () => {
    stage = await givenStage({ yaml: (github) => yamlWith(github, { roles: OPEN }) })
    const grant = await stage.ask('U0ANN', 'github:open 10m')
    await stage.reach(grant, 'active')
    const before = await expiresAt(stage, grant)
    expect(await stage.say('U0ANN', `extend ${grant} 20m`)).toMatch(/^Extended until/)
    expect(await expiresAt(stage, grant)).toBe(before + 20 * MINUTES_MS)
    await stage.world.until('Ann is told', () => told().some((line) => /20 minutes more · Extended/.test(line)))
  })

  test('where the channel cannot be posted to, those who decide get its card directly', async () => {
    stage = await givenStage({ channels: { C0ACCESS: { name: 'access', isMember: false } } })
    const { world } = stage
    const grant = await stage.give('U0ANN', 'github:team-sre 30m')
    await stage.reach(grant, 'active')
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    const card = await world.until('Sam has it', () =>
      cardsIn(world.slack, 'D0SAM').find((each) => world.text(each).includes(id)),
    )
    expect(labelsOf(card)).toEqual(['Approve', 'Deny…'])
    await world.client.press('U0SAM', card, 'Approve')
    await world.until('it is decided', () => /^Extended until/.test(world.text(card)))
    world.slack.channel('C0ACCESS').isMember = true
    const root = await world.until('the root follows', () => cardsIn(world.slack, 'C0ACCESS')[0])
    await world.until('and the extension in its thread', () =>
      world.thread(root).some((line) => /^Extended/.test(line)),
    )
    expect(cardsIn(world.slack, 'C0ACCESS')).toHaveLength(1)
  })
})

test('a line that lacks its required reason opens the form, with the time filled in', async () => {
  const needing = OPEN.replace('  open:', '  needing:').replace(
    'approval: none',
    'workflows: [two-eyes]\n    reason: { required: true }',
  )
  stage = await givenStage({ yaml: (github) => yamlWith(github, { roles: needing }) })
  const { client, slack, until } = stage.world
  const grant = await givenActive(stage, 'github:needing 30m to begin with')
  await client.command('U0ANN', `extend ${grant} 12m`)
  const form = await until('the form', () => slack.views.at(-1))
  expect(JSON.stringify(form.view)).toContain('"initial_value":"12m"')
  const asked = await client.submitView('U0ANN', form, { reason: 'nearly there' })
  expect(plainTextOf(form)).toMatch(/12 minutes more/)
  const id = /req_\w{8}/.exec(asked.text.replaceAll(grant, ''))?.[0] ?? ''
  const [row] = await stage.sql`select reason, duration_seconds, extends_grant from request where id = ${id}`
  expect(row).toEqual({ reason: 'nearly there', duration_seconds: 720, extends_grant: grant })
})

describe('the warning before the end', () => {
  test('can be acted on where it stands: more time in a form, its errors at their fields, and another warning later', async () => {
    stage = await givenStage()
    const { world } = stage
    const grant = await givenActive(stage, 'github:team-sre 30m')
    await endsIn(stage, grant, 2)
    const warnings = () =>
      [...world.slack.messages.values()].filter(
        (each) => each.channel === 'D0ANN' && each.threadTs !== undefined && /^Ends at/.test(world.text(each)),
      )
    const warning = await world.until('a warning', () => warnings()[0])
    expect(world.text(warning)).toMatch(/in 2 minutes: SRE team at GitHub acme/)
    expect(labelsOf(warning)).toEqual(['End now', 'Extend'])
    const form = await formBy(stage, 'U0ANN', warning, 'Extend')
    const wrong = await world.client.submitView('U0ANN', form, { duration: 'soon', reason: '' })
    expect(wrong.body).toMatchObject({
      response_action: 'errors',
      errors: { duration: expect.stringMatching(/no duration/) },
    })
    const over = await world.client.submitView('U0ANN', form, { duration: '8h', reason: '' })
    expect(over.body).toMatchObject({ errors: { duration: expect.stringMatching(/at most 3 hours 30 minutes more/) } })
    const before = await expiresAt(stage, grant)
    const asked = await world.client.submitView('U0ANN', form, { duration: '40m', reason: 'nearly there' })
    const id = /req_\w{8}/.exec(asked.text.replaceAll(grant, ''))?.[0] ?? ''
    await stage.say('U0SAM', `approve ${id}`)
    expect(await expiresAt(stage, grant)).toBe(before + 40 * MINUTES_MS)
    expect(warnings()).toHaveLength(1)
    await endsIn(stage, grant, 3)
    await world.until('another warning', () => warnings()[1])
    await world.client.press('U0ANN', warning, 'End now')
    await stage.reach(grant, 'revoked')
    await world.until('nothing to press any more', () => warnings().every((each) => labelsOf(each).length === 0))
    expect(warnings().map((each) => world.text(each))).toEqual(Array(2).fill(expect.stringMatching(/^Ends at/)))
  })

  test('what has had all that its role allows is not offered more', async () => {
    stage = await givenStage({
      yaml: (github) => standardConfig(github).replaceAll('max_duration: 4h', 'max_duration: 30m'),
    })
    const { world } = stage
    const grant = await givenActive(stage, 'github:team-sre 30m')
    await endsIn(stage, grant, 1)
    const warning = await world.until('a warning', () =>
      [...world.slack.messages.values()].find((each) => /^Ends at/.test(world.text(each))),
    )
    expect(labelsOf(warning)).toEqual(['End now'])
    expect(await stage.say('U0ANN', `extend ${grant} 1m`)).toMatch(/as long as its role allows already: 30 minutes/)
  })
})
