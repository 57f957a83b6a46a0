import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { SlackClient } from '../doubles/slack/client.ts'
import { endsIn, expiresAt, extend, extensionCard, givenActive, labelsOf, lengthMs } from '../support/extending.ts'
import { eventually, givenStage, pause, type Stage, writesOf, yamlWith } from './b-stage.ts'

let stage: Stage
let others: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const other of others) await other.stop()
  others = []
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

async function twoServers(): Promise<readonly [SlackClient, SlackClient]> {
  const first = { client: stage.world.client, server: stage.world.server }
  await stage.world.start()
  others.push(first.server)
  return [first.client, stage.world.client]
}

const extendedTimes = async (grant: string) =>
  (await stage.events(grant)).filter((name) => name === 'grant_extended').length

describe('B10: however often it is extended, access never lasts longer than its role allows', () => {
  test('any series of askings and approvals stays within start and cap, and each moves the end by what it says', async () => {
    stage = await givenStage()
    const spans = fc.array(fc.constantFrom('1s', '1m', '45m', '2h', '3h30m', '4h', '8h', '30d'), {
      minLength: 1,
      maxLength: 5,
    })
    const run = fc.asyncProperty(spans, async (asked) => {
      const grant = await stage.give('U0ANN', 'github:team-sre 30m')
      await stage.reach(grant, 'active')
      for (const span of asked) {
        const before = await lengthMs(stage, grant)
        const answer = await stage.say('U0ANN', `extend ${grant} ${span}`)
        const id = /^Asked/.test(answer) ? (/req_\w{8}/.exec(answer)?.[0] ?? '') : ''
        if (id !== '') await stage.say('U0SAM', `approve ${id}`)
        const after = await lengthMs(stage, grant)
        expect(after).toBeLessThanOrEqual(4 * HOUR_MS)
        if (id === '') expect(after).toBe(before)
        else expect(after).toBeGreaterThan(before)
      }
      await stage.say('U0ANN', `end ${grant}`)
    })
    await fc.assert(run, { numRuns: 8 })
  })

  test('more than is left is refused with what is left and the line that works; nothing left is said as well', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const answer = await stage.say('U0ANN', `extend ${grant} 4h`)
    expect(answer).toMatch(/at most 3 hours 30 minutes more: its role allows 4 hours in all/)
    const line = /\/thand (extend \S+ \S+?)`?$/m.exec(answer)?.[1] ?? ''
    await stage.say('U0SAM', `approve ${/req_\w{8}/.exec((await stage.say('U0ANN', line)).replace(grant, ''))?.[0]}`)
    expect(await lengthMs(stage, grant)).toBe(4 * HOUR_MS)
    expect(await stage.say('U0ANN', `extend ${grant} 1s`)).toMatch(/as long as its role allows already: 4 hours/)
  })

  test('approving again, also the same delivery, does not slide the end', async () => {
    stage = await givenStage()
    const [one, other] = await twoServers()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const before = await expiresAt(stage, grant)
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    const first = await one.command('U0SAM', `approve ${id}`)
    await one.resend(first, { 'x-slack-retry-num': '1' })
    await other.resend(first)
    expect(await stage.say('U0SUE', `approve ${id}`, other)).toMatch(/already approved by Sam/)
    expect(await expiresAt(stage, grant)).toBe(before + 20 * MINUTE_MS)
    expect(await extendedTimes(grant)).toBe(1)
  })

  test('a second asking while one waits is answered with the one that waits, also in the same instant', async () => {
    stage = await givenStage()
    const [one, other] = await twoServers()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const answers = await Promise.all(
      [one, other].map((client, n) => stage.say('U0ANN', `extend ${grant} ${n + 1}h`, client)),
    )
    const ids = answers.map((answer) => /req_\w{8}/.exec(answer.replace(grant, ''))?.[0])
    expect(ids[0]).toBe(ids[1])
    expect(answers.filter((answer) => /asked for this already/.test(answer))).toHaveLength(1)
    expect(await stage.sql`select id from request where extends_grant = ${grant}`).toHaveLength(1)
  })
})

describe('B12: the end that was asked for is the end, whenever it is decided', () => {
  test('approved late, or by the second of two, it is the old end and what was asked for, not the time of the vote', async () => {
    stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
    const grant = await stage.ask('U0ANN', 'github:team-sre 30m')
    for (const voter of ['U0SAM', 'U0SUE']) await stage.say(voter, `approve ${grant}`)
    await stage.reach(grant, 'active')
    const before = await expiresAt(stage, grant)
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    await stage.say('U0SAM', `approve ${id}`)
    expect(await expiresAt(stage, grant)).toBe(before)
    await pause(1200)
    await stage.say('U0SUE', `approve ${id}`)
    expect(await expiresAt(stage, grant)).toBe(before + 20 * MINUTE_MS)
  })

  test('nothing is taken at the old end; it is taken at the new one', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    await endsIn(stage, grant, 0.2)
    const old = await expiresAt(stage, grant)
    await stage.say('U0SAM', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('approved')
    expect(await expiresAt(stage, grant)).toBeGreaterThan(old)
    const isPast = () => stage.sql`select 1 where now() > ${new Date(old + 1000)}`
    await eventually('the old end to be past', async () => (await isPast()).length === 1)
    expect((await stage.grantOf(grant)).state).toBe('active')
    expect(writesOf(stage.github)).toHaveLength(1)
    await endsIn(stage, grant, 0)
    await stage.reach(grant, 'revoked')
    expect((await stage.grantOf(grant)).ended_how).toBe('expired')
  })
})

describe('B9: an extension goes with its access', () => {
  const ends: readonly (readonly [string, (grant: string) => Promise<unknown>])[] = [
    ['its holder ends it', (grant) => stage.say('U0ANN', `end ${grant}`)],
    ['its time runs out', (grant) => endsIn(stage, grant, 0)],
  ]
  test.each(ends)(
    '%s: it lapses, with words and without buttons, and approving it wakes nothing',
    async (_how, end) => {
      stage = await givenStage()
      const grant = await givenActive(stage, 'github:team-sre 30m')
      const id = await extend(stage, 'U0ANN', `${grant} 20m`)
      const card = await extensionCard(stage, grant, id)
      await end(grant)
      await stage.reach(grant, 'revoked')
      await eventually('it lapses', async () => (await stage.stateOf(id)) === 'lapsed')
      expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(/already lapsed|has ended/)
      await stage.world.until('its card says it', () => /^Lapsed: the access had ended/.test(stage.world.text(card)))
      expect(labelsOf(card)).toEqual([])
      expect(await extendedTimes(grant)).toBe(0)
      expect(writesOf(stage.github)).toHaveLength(2)
    },
  )

  test('approved in the moment after its end, before the sweeper has come by: it lapses, and is told so', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    await stage.sql
      .begin(async (sql) => {
        // The sweeper skips what somebody has locked; whoever decides waits for it.
        await sql`update access_grant set expires_at = now() + interval '300 milliseconds' where id = ${grant}`
        const said = stage.say('U0SAM', `approve ${id}`)
        await pause(700)
        return [said] as const
      })
      .then(async ([said]) => expect(await said).toMatch(/has ended|already lapsed/))
    expect(await stage.stateOf(id)).toBe('lapsed')
    expect(await extendedTimes(grant)).toBe(0)
    await stage.reach(grant, 'revoked')
  })

  test('nobody decides: it lapses as any request does, and the access ends when it would have', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const before = await expiresAt(stage, grant)
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    await stage.sql`update request set lapses_at = now() where id = ${id}`
    await stage.sql`select pg_notify('thand_nudge', '')`
    await eventually('it lapses', async () => (await stage.stateOf(id)) === 'lapsed')
    expect(await expiresAt(stage, grant)).toBe(before)
    expect((await stage.grantOf(grant)).state).toBe('active')
  })
})

describe('who may ask, and for what', () => {
  test('A4, A8: only its holder asks, and nobody decides their own; to strangers there is no such access', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m', 'U0ANN')
    expect(await stage.say('U0SAM', `extend ${grant} 20m`)).toMatch(/Only who holds this access/)
    expect(await stage.say('U0BOB', `extend ${grant} 20m`)).toMatch(/no such request/)
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    expect(await stage.say('U0ANN', `approve ${id}`)).toMatch(/Nobody decides their own/)
    expect(await stage.say('U0BOB', `approve ${id}`)).toMatch(/no such request/)
    expect(await stage.stateOf(id)).toBe('pending')
  })

  test('what is not active is not extended: pending, over, unknown', async () => {
    stage = await givenStage()
    const pending = await stage.ask('U0ANN', 'github:team-sre 30m')
    expect(await stage.say('U0ANN', `extend ${pending} 20m`)).toMatch(/Only access that is active/)
    await stage.say('U0SAM', `approve ${pending}`)
    await stage.reach(pending, 'active')
    await stage.say('U0ANN', `end ${pending}`)
    expect(await stage.say('U0ANN', `extend ${pending} 20m`)).toMatch(/Only access that is active/)
    expect(await stage.say('U0ANN', 'extend req_00000000 20m')).toMatch(/no such request/)
    expect(await stage.sql`select id from request where extends_grant is not null`).toEqual([])
  })

  test('a reason is required where the role requires one, in the form that it requires', async () => {
    stage = await givenStage({
      yaml: (github) =>
        yamlWith(github).replace(
          'max_duration: 4h\n\nworkflows',
          'max_duration: 4h\n    reason: { required: true, pattern: "OPS-[0-9]+.*" }\n\nworkflows',
        ),
    })
    const grant = await givenActive(stage, 'github:team-sre 30m OPS-1')
    // Without any reason a form asks for it: nothing is stored until it is filled in.
    await stage.world.client.command('U0ANN', `extend ${grant} 20m`)
    await stage.world.until('the form', () => stage.world.slack.views.length > 0)
    expect(await stage.sql`select id from request where extends_grant = ${grant}`).toEqual([])
    expect(await stage.say('U0ANN', `extend ${grant} 20m more`)).toMatch(/does not have the form/)
    await extend(stage, 'U0ANN', `${grant} 20m OPS-2 still there`)
  })

  test('B26: the role changed since: what is there is not extended, what waits lapses', async () => {
    stage = await givenStage()
    const first = await givenActive(stage, 'github:team-sre 30m')
    const id = await extend(stage, 'U0ANN', `${first} 20m`)
    await stage.restart((yaml) => yaml.replace('quorum: 1', 'quorum: 2'))
    expect(await stage.say('U0SAM', `approve ${id}`)).toMatch(/has changed/)
    expect(await stage.stateOf(id)).toBe('lapsed')
    expect(await stage.say('U0ANN', `extend ${first} 20m`)).toMatch(/role has changed since this access was given/)
    expect((await stage.grantOf(first)).state).toBe('active')
    expect(await extendedTimes(first)).toBe(0)
  })

  test('A13: its holder left: the access ends, what waits is over', async () => {
    stage = await givenStage()
    const grant = await givenActive(stage, 'github:team-sre 30m')
    const id = await extend(stage, 'U0ANN', `${grant} 20m`)
    await stage.restart((yaml) => yaml.replace(/ {2}ann@acme.*\n/, ''))
    await stage.reach(grant, 'revoked')
    await eventually('it is over', async () => ['lapsed', 'cancelled'].includes(await stage.stateOf(id)))
  })
})

describe('B2: an end and an extension in the same instant, through two servers', () => {
  test('the access ends once, extended before that or not at all, and both are told the truth', async () => {
    stage = await givenStage()
    const [one, other] = await twoServers()
    for (let round = 0; round < 12; round++) {
      const grant = await stage.give('U0ANN', 'github:team-sre 30m')
      await stage.reach(grant, 'active')
      const before = await expiresAt(stage, grant)
      const id = await extend(stage, 'U0ANN', `${grant} 20m`)
      const [ended, approved] = await Promise.all([
        stage.say('U0ANN', `end ${grant}`, one),
        stage.say('U0SAM', `approve ${id}`, other),
      ])
      const isExtended = (await stage.stateOf(id)) === 'approved'
      expect(ended).toMatch(/Ending it now/)
      expect(approved).toMatch(isExtended ? /counted/ : /has ended|already lapsed/)
      expect(await expiresAt(stage, grant)).toBe(before + (isExtended ? 20 * MINUTE_MS : 0))
      expect(await extendedTimes(grant)).toBe(isExtended ? 1 : 0)
      await stage.reach(grant, 'revoked')
    }
  })
})
