import { afterEach, expect, test } from 'vitest'
import { isRecord } from '../doubles/slack/json.ts'
import { extend, givenActive } from '../support/extending.ts'
import { eventually, givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** What happened, without the time that stands before each line. */
function storyIn(said: string): readonly string[] {
  const lines = said.split('\n')
  return lines.slice(lines.indexOf('What happened') + 1, -1).map((line) => line.replace(/^\S+ UTC /, ''))
}

test('show tells one request from asking to the end, with what extended it, in words and without machinery', async () => {
  stage = await givenStage()
  const grant = await stage.ask('U0ANN', 'github:team-sre 30m deploy is stuck')
  await stage.say('U0ANN', `approve ${grant}`)
  await stage.say('U0SAM', `approve ${grant} go on`)
  await stage.reach(grant, 'active')
  const id = await extend(stage, 'U0ANN', `${grant} 20m`)
  await stage.say('U0SUE', `approve ${id}`)
  const late = await extend(stage, 'U0ANN', `${grant} 40m`)
  await stage.say('U0SUE', `deny ${late} it is late`)
  await stage.say('U0ANN', `end ${grant}`)
  await stage.reach(grant, 'revoked')
  const said = await stage.say('U0SAM', `show ${grant}`)
  expect(storyIn(said).map((line) => line.replaceAll(/\d\d:\d\d UTC/g, '<time>'))).toEqual([
    'Ann asked for 30 minutes',
    'a vote of Ann was not counted: nobody decides their own request',
    'Sam voted yes: “go on”',
    'approved, by Sam',
    'the GitHub account ann-acme is Ann’s from now on',
    'GitHub knows the account ann-acme',
    'GitHub is asked to give it',
    'active, checked at GitHub, until <time>',
    'Ann asked for 20 minutes more, until <time>',
    '20 minutes more · Sue voted yes',
    'extended, by Sue, until <time>',
    'Ann asked for 40 minutes more, until <time>',
    '40 minutes more · denied by Sue: “it is late”',
    'begins to end: ended by Ann',
    'ended, checked at GitHub',
  ])
  expect(said).toContain('> deploy is stuck')
  expect(said).not.toMatch(/attempt|slot|holding|intended|[a-z]_(?!\w{8}`)/)
  expect(storyIn(await stage.say('U0ANN', `show ${id}`)).at(-1)).toBe('approved, by Sue')
})

test('what fails again and again is one line that counts', async () => {
  stage = await givenStage()
  const { github } = stage
  const grant = await givenActive(stage, 'github:team-sre 30m')
  github.faults.next({ method: 'DELETE' }, { kind: 'status', status: 503 }, 3)
  await stage.say('U0ANN', `end ${grant}`)
  await stage.reach(grant, 'revoked')
  const failed = storyIn(await stage.say('U0ANN', `show ${grant}`)).filter((line) => /did not work/.test(line))
  expect(failed).toHaveLength(1)
  expect(failed[0]).toMatch(/^taking it away did not work: .*503.* \(3 times, the last at /)
})

test('a long story keeps its beginning and its end, says how much is left out, and fits a message', async () => {
  stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
  const grant = await stage.ask('U0ANN', `github:team-sre 30m ${'because '.repeat(240)}`)
  const comment = 'many words '.repeat(40)
  for (let n = 0; n < 60; n++) {
    const event = {
      name: 'vote_counted',
      actor: 'sam@acme.example',
      detail: { vote: 'yes', comment: `${n} ${comment}` },
    }
    await stage.sql`insert into audit_event (at, name, subject, actor, detail)
      values (now(), ${event.name}, ${grant}, ${event.actor}, ${stage.sql.json(event.detail)})`
  }
  await stage.say('U0ANN', `cancel ${grant}`)
  const { body, text } = await stage.world.client.command('U0ANN', `show ${grant}`)
  expect(text).toContain('Ann asked for 30 minutes')
  expect(text).toContain('“0 many words')
  expect(text).toContain('cancelled by Ann')
  expect(text).toMatch(/… \d+ lines are left out here …/)
  const blocks = isRecord(body) && Array.isArray(body['blocks']) ? body['blocks'] : []
  expect(blocks.length).toBeLessThanOrEqual(50)
  expect(text).not.toMatch(/more lines/)
})

test('a story of more than a day says the days', async () => {
  stage = await givenStage()
  const grant = await stage.ask('U0ANN', 'github:team-sre 30m')
  await stage.say('U0ANN', `cancel ${grant}`)
  const days = async () => /\d\d:\d\d/.exec((await stage.say('U0ANN', `show ${grant}`)).split('What happened')[1] ?? '')
  expect(await days()).not.toBeNull()
  await stage.sql`insert into audit_event (at, name, subject, actor, detail)
    values (now() + interval '2 days', 'vote_refused', ${grant}, 'sam@acme.example', '{"code":"decided_already"}')`
  const said = await stage.say('U0ANN', `show ${grant}`)
  const dates = said.split('What happened')[1]?.match(/^\S+-\d\d \d\d:\d\d/gm) ?? []
  expect(dates.length, said).toBe(3)
})

test('mine and pending say first what counts: what one holds and for how long, what waits and for whom', async () => {
  stage = await givenStage()
  expect(await stage.say('U0ANN', 'mine')).toMatch(/^You have nothing, and nothing waits/)
  expect(await stage.say('U0SAM', 'pending')).toBe('Nothing waits for you')
  const grant = await givenActive(stage, 'github:team-sre 30m')
  await stage.ask('U0ANN', 'github:org-admin 1h fix billing')
  const id = await extend(stage, 'U0ANN', `${grant} 20m`)
  const over = await stage.ask('U0ANN', 'github:team-sre 5m')
  await stage.say('U0SAM', `deny ${over}`)
  const mine = await stage.say('U0ANN', 'mine')
  expect(mine).toMatch(/^Yours now: SRE team at GitHub acme\n.*active until .* \(in 30 minutes\)/)
  expect(mine).toMatch(/Waiting\n(?:.*waits, lapses at .*\n){2}Earlier\n.*denied/)
  const pending = await stage.say('U0SAM', 'pending')
  expect(pending).toMatch(/^2 requests wait for you\n/)
  expect(pending).toMatch(/Ann: Organisation owner at GitHub acme for 1 hour .*“fix billing”/)
  expect(pending).toMatch(new RegExp(`Ann: 20 minutes more of SRE team.* · .${id}`))
  await eventually('decided', async () => /counted/.test(await stage.say('U0SAM', `approve ${id}`)))
  expect(await stage.say('U0SAM', 'pending')).toMatch(/^One request waits for you/)
})
