import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRecord, type JsonRecord, recordOf } from '../doubles/slack/json.ts'
import { givenStage, type Stage, writesOf, yamlWith } from './b-stage.ts'
import { escaped, HOSTILE, seen } from './c-hostile.ts'
import { markupIn, shownIn } from './c-stage.ts'

/** Everything but the long one, in one text that a reason takes whole. */
const ALL = Object.entries(HOSTILE)
  .filter(([name]) => name !== 'long')
  .map(([, text]) => text)
  .join(' · ')
/** What a name in the configuration may hold: anything in one line, but no substitution. */
const FLAT = seen(ALL)
  .replaceAll(/[\n\t]/g, ' ')
  .replaceAll('${', '{')
  .slice(0, 900)
const named = () => `name: ${JSON.stringify(`${FLAT}\u202e\u200b`)}`

let stage: Stage
const answers: unknown[] = []

beforeAll(async () => {
  stage = await givenStage({
    yaml: (github) =>
      yamlWith(github)
        .replaceAll(/name: (?:Ann|Sam|GitHub acme|SRE team|Security approves)\b/g, named)
        .replace('description: Member of the sre team', () => `description: ${JSON.stringify(HOSTILE['markdown'])}`),
  })
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

async function say(user: string, line: string): Promise<string> {
  const { body, text, status } = await stage.world.client.command(user, line)
  expect(status).toBe(200)
  answers.push(body)
  return text
}

/** Everything that anybody was shown until now. */
const shown = () => [...shownIn(stage.world.slack), ...answers]

const storedReason = async (id: string) => (await stage.sql`select reason from request where id = ${id}`)[0]?.reason

/** The quotation on a card: what stands in it is no markup, whatever it is. */
function quoteIn(blocks: readonly JsonRecord[]): string {
  const found = blocks.find(({ type }) => type === 'rich_text')
  const text = JSON.stringify(found?.['elements'] ?? '')
  const inner =
    /"type":"text","text":("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ??
    /"text":("(?:[^"\\]|\\.)*"),"type":"text"/.exec(text)?.[1]
  return JSON.parse(inner ?? '""')
}

const cancel = (id: string) => say('U0ANN', `cancel ${id}`)

describe('C5: the words of a person are text, wherever they are shown', () => {
  test('a typed reason is kept as it was, quoted on the card, and calls nobody', async () => {
    const id = await stage.ask('U0ANN', `github:team-sre 30m ${escaped(ALL)}`)
    await stage.world.until('the card', () => stage.cardText(id) !== '')
    expect(await storedReason(id)).toBe(seen(ALL).trim())
    expect(quoteIn(stage.card(id).blocks)).toBe(seen(ALL).trim())
    for (const user of ['U0ANN', 'U0SAM']) for (const line of ['mine', 'pending', `show ${id}`]) await say(user, line)
    await cancel(id)
    expect(shown().flatMap(markupIn)).toEqual([])
  })

  test('so is one that Slack did not escape', async () => {
    const id = await stage.ask('U0ANN', `github:team-sre 29m ${HOSTILE['broadcast']} ${HOSTILE['link']}`)
    await stage.world.until('the card', () => stage.cardText(id) !== '')
    expect(await storedReason(id)).toBe(`${HOSTILE['broadcast']} ${HOSTILE['link']}`)
    await cancel(id)
    expect(shown().flatMap(markupIn)).toEqual([])
  })

  test('one of ten thousand characters is cut, and fits', async () => {
    const id = await stage.ask('U0ANN', `github:team-sre 28m ${escaped(HOSTILE['long'] ?? '')}`)
    await stage.world.until('the card', () => stage.cardText(id) !== '')
    expect(await storedReason(id)).toBe(HOSTILE['long']?.slice(0, 2000))
    await say('U0SAM', 'pending')
    await cancel(id)
    expect(shown().flatMap(markupIn)).toEqual([])
  })

  test('filled into the forms: the reason of who asks, and of who denies', async () => {
    const { slack, client } = stage.world
    await client.command('U0ANN', '')
    const asking = await stage.world.until('the form', () => slack.views.at(-1))
    const asked = await client.submitView('U0ANN', asking, { role: 'github:team-sre', duration: '27m', reason: ALL })
    const id = /req_[0-9a-z]{8}/.exec(asked.text)?.[0] ?? ''
    expect(await storedReason(id)).toBe(seen(ALL))
    await stage.world.until('the card', () => stage.cardText(id) !== '')
    await client.press('U0SAM', stage.card(id), 'Deny…')
    const denying = await stage.world.until('the form', () => slack.views.find((view) => view.user === 'U0SAM'))
    answers.push(asked.body, (await client.submitView('U0SAM', denying, { reason: ALL })).body)
    await stage.world.until('the denial', () => /^Denied by/.test(stage.cardText(id)))
    const [decided] = await stage.sql`select decision from request where id = ${id}`
    expect(decided?.decision).toBe(seen(ALL))
    await stage.world.until('the line', () => stage.thread(id).some((line) => line.startsWith('Denied by')))
    await stage.world.until('the direct message', () => JSON.stringify(shownIn(slack)).includes('Denied by'))
    await say('U0ANN', `show ${id}`)
    expect(shown().flatMap(markupIn)).toEqual([])
  })

  test('typed where a verb, a role, a duration, an id or a word is meant', async () => {
    for (const text of Object.values(HOSTILE).flatMap((each) => [each, escaped(each)])) {
      const word = text.replaceAll(/\s+/g, '_')
      const lines = [
        text,
        `request ${word} 30m`,
        `request github:team-sre ${word}`,
        `explain ${word}`,
        `extend req_00000000 ${word}`,
        `approve ${word}`,
        `help ${text}`,
        `roles ${text}`,
      ]
      for (const line of lines) await say('U0ANN', line)
    }
    expect(answers.flatMap(markupIn)).toEqual([])
    expect(JSON.stringify(answers)).toContain('I do not know')
  })

  test('a comment on an approval, and the names of people, roles and providers on a card in all its states', async () => {
    const id = await stage.ask('U0ANN', 'github:team-sre 26m')
    await say('U0SAM', `approve ${id} ${escaped(ALL)}`)
    await stage.reach(id, 'active')
    await say('U0ANN', 'roles')
    await say('U0ANN', `end ${id}`)
    await stage.reach(id, 'revoked')
    await stage.world.until('the card', () => stage.cardText(id).startsWith('Ended'))
    expect(writesOf(stage.github)).toHaveLength(2)
    const [vote] = await stage.sql`select comment from vote where request_id = ${id}`
    expect(vote?.comment).toBe(seen(ALL).trim())
    expect(shown().flatMap(markupIn)).toEqual([])
  })
})

test('C5: the search finds what it looks for', () => {
  const found = [
    { text: 'x <!channel>' },
    { text: { type: 'mrkdwn', text: '<@U0BOB>' } },
    { elements: [{ type: 'link', url: 'https://evil.example' }] },
    { text: { type: 'plain_text', text: 'a\u202eb' } },
  ]
  expect(found.map((each) => markupIn(each).length)).toEqual([1, 1, 1, 1])
  const fine = [{ text: '<!date^1795000000^{time}|x> <@U0SAM>' }, { type: 'text', text: '<!channel>' }]
  expect(fine.flatMap(markupIn)).toEqual([])
})

describe('C5: the words of a person in the log', () => {
  test('each line is one object, and begins where ours do', () => {
    expect(stage.world.log.length).toBeGreaterThan(50)
    for (const line of stage.world.log) {
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(isRecord(JSON.parse(line))).toBe(true)
      expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u)
    }
    const said = stage.world.log.map((line) => String(recordOf(JSON.parse(line))['msg']))
    expect(said).not.toContain('revoke_overdue')
  })
})
