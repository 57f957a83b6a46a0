import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderCard } from '../../bots/slack/render.ts'
import { cardView, formView } from '../../bots/slack/render-form.ts'
import type { Card, Form, Inline, Line } from '../../src/cards/card.ts'
import { personIdOf } from '../../src/core/ids.ts'
import { recordOf } from '../doubles/slack/json.ts'
import { messageProblems, viewProblems } from '../doubles/slack/limits.ts'
import { cardOf } from './stage.ts'

const nobody = async () => undefined
const sam: Inline = { kind: 'mention', person: personIdOf('sam@acme.example'), name: 'Sam' }
const textsOf = (blocks: unknown) => JSON.stringify(blocks)

async function mrkdwnOf(...title: Line): Promise<string> {
  const { blocks } = await renderCard({ title, lines: [], buttons: [] }, async () => 'U0SAM')
  return String(recordOf(recordOf(blocks[0])['text'])['text'])
}

describe('an inline', () => {
  test.each<[string, Inline, string]>([
    [
      'text is escaped',
      '<!channel> & <@U1> <https://evil.example|Approve>',
      '&lt;!channel&gt; &amp; &lt;@U1&gt; &lt;https://evil.example|Approve&gt;',
    ],
    ['marks of mrkdwn do not open', '*Approved* _by_ ~Sam~ `x`', '∗Approved* _by_ ∼Sam~ ’x’'],
    ['marks inside a word stay', 'req_7k2mq9xd 5*3', 'req_7k2mq9xd 5*3'],
    [
      'no emoji',
      ':white_check_mark: at 14:32:01 github:org-admin: x',
      '∶white_check_mark: at 14:32:01 github:org-admin: x',
    ],
    ['no second line', 'a\r\nb\nc', 'a b c'],
    ['no quotation', '> Approved', '› Approved'],
    ['strong', { kind: 'strong', text: ' Owner * of <x> ' }, '*Owner ∗ of &lt;x&gt;*'],
    ['code', { kind: 'code', text: '/thand `x` <y>' }, '`/thand ’x’ &lt;y&gt;`'],
    ['clock', { kind: 'time', at: 1_795_530_720, form: 'clock' }, '<!date^1795530720^{time}|14:32 UTC>'],
    [
      'seconds',
      { kind: 'time', at: 1_795_530_721, form: 'clock_seconds' },
      '<!date^1795530721^{time_secs}|14:32:01 UTC>',
    ],
    [
      'day',
      { kind: 'time', at: 1_795_530_720, form: 'day_and_clock' },
      '<!date^1795530720^{date_short_pretty} {time}|2026-11-24 14:32 UTC>',
    ],
    ['no time', { kind: 'time', at: Number.NaN, form: 'clock' }, '—'],
    ['mention', sam, '<@U0SAM>'],
  ])('%s', async (_what, inline, expected) => {
    expect(await mrkdwnOf(inline)).toBe(expected)
  })
})

describe('a mention', () => {
  const ask = (accountOf: () => Promise<string | undefined>) =>
    renderCard({ title: ['For ', sam], lines: [[sam]], buttons: [] }, accountOf)

  test('is the name where the account is not known, cannot be asked, takes long or is no account', async () => {
    const accounts = [
      nobody,
      () => Promise.reject(new Error('down')),
      () => new Promise<undefined>(() => undefined),
      async () => '!channel',
    ]
    for (const accountOf of accounts) expect(textsOf((await ask(accountOf)).blocks)).toContain('For Sam')
  })

  test('calls nobody from the notification', async () => {
    expect((await ask(async () => 'U0SAM')).text).toBe('For Sam')
  })

  test('calls at most ten people', async () => {
    const people = Array.from(
      { length: 30 },
      (_, n): Line => [{ kind: 'mention', person: personIdOf(`p${n}@acme.example`), name: `P${n}` }],
    )
    const { blocks } = await renderCard(cardOf('x', { lines: people }), async (person) =>
      `U${person.slice(1, 3)}`.replace('@', '0'),
    )
    expect(textsOf(blocks).match(/<@/g)).toHaveLength(10)
    expect(textsOf(blocks)).toContain('P29')
  })
})

test('C5: the words of a person stand in a quotation as they were typed, without what nobody sees', async () => {
  const quote = 'a\u202e <!channel> *b*\nc `d` :x:'
  const { blocks } = await renderCard(cardOf('x', { quote }), nobody)
  const text = { type: 'text', text: 'a <!channel> *b*\nc `d` :x:' }
  expect(blocks[1]).toEqual({ type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [text] }] })
})

test('a button carries its line or its form, says what it does, and has a name of its own', async () => {
  const { blocks } = await renderCard(
    cardOf('x', {
      buttons: [
        { label: 'Approve', meaning: 'Approve for Ann', tone: 'good', press: { kind: 'line', line: 'approve req_1' } },
        { label: 'Deny…', meaning: 'Deny Ann', tone: 'bad', press: { kind: 'form', form: 'deny req_1' } },
        { label: 'Show', meaning: 'Show it', tone: 'plain', press: { kind: 'line', line: 'show req_1' } },
      ],
    }),
    nobody,
  )
  const button = { type: 'button', text: { type: 'plain_text', text: 'Approve' } }
  expect(recordOf(blocks[1])['elements']).toMatchObject([
    {
      ...button,
      action_id: 'thand:line:0',
      value: 'approve req_1',
      style: 'primary',
      accessibility_label: 'Approve for Ann',
    },
    { action_id: 'thand:form:1', value: 'deny req_1', style: 'danger' },
    { action_id: 'thand:line:2', value: 'show req_1' },
  ])
  expect(textsOf(blocks[1])).not.toContain('"style":"plain"')
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('<!channel>', '<@U0SAM>', '<https://e.x|Approve>', '&lt;', '`', '*', '_x_', '\u202e', '\n> ', ''),
  fc.integer({ min: 1, max: 12_000 }).map((n) => '<'.repeat(n)),
  fc.integer({ min: 1, max: 5000 }).map((n) => '😀*'.repeat(n)),
)
const inline: fc.Arbitrary<Inline> = fc.oneof(
  hostile,
  fc.record({ kind: fc.constant('strong' as const), text: hostile }),
  fc.record({ kind: fc.constant('code' as const), text: hostile }),
  fc.record({
    kind: fc.constant('time' as const),
    at: fc.double(),
    form: fc.constantFrom('clock' as const, 'clock_seconds' as const, 'day_and_clock' as const),
  }),
  fc.record({
    kind: fc.constant('mention' as const),
    person: fc.constant(personIdOf('sam@acme.example')),
    name: hostile,
  }),
)
const line = fc.array(inline, { maxLength: 12 })
const card: fc.Arbitrary<Card> = fc.record(
  {
    title: line,
    lines: fc.array(line, { maxLength: 80 }),
    quote: hostile,
    footer: line,
    buttons: fc.array(
      fc.record({
        label: hostile,
        meaning: hostile,
        tone: fc.constantFrom('good' as const, 'bad' as const, 'plain' as const),
        press: hostile.map((text) => ({ kind: 'line' as const, line: text })),
      }),
      { maxLength: 40 },
    ),
  },
  { requiredKeys: ['title', 'lines', 'buttons'] },
)

describe('C5: within Slack’s limits and without markup of a person, whatever stands in it', () => {
  test('a card, as a message and as a view', async () => {
    await fc.assert(
      fc.asyncProperty(card, async (each) => {
        const accountOf = async () => 'U0SAM'
        const message = await renderCard(each, accountOf)
        expect(messageProblems({ ...message })).toEqual([])
        expect(viewProblems(await cardView(each, accountOf))).toEqual([])
        expect(message.text.length).toBeLessThanOrEqual(300)
        for (const text of mrkdwnTexts(message))
          expect(text.replaceAll(OUR_MARKS, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/)
      }),
      { numRuns: 150 },
    )
  })

  test('a form', async () => {
    const field = fc.record(
      {
        label: hostile,
        hint: hostile,
        kind: fc.constantFrom('text' as const, 'long_text' as const, 'choice' as const),
        isRequired: fc.boolean(),
        initial: hostile,
        choices: fc.array(fc.record({ value: hostile, label: hostile }), { maxLength: 250 }),
      },
      { requiredKeys: ['label', 'kind', 'isRequired'] },
    )
    const form: fc.Arbitrary<Form> = fc.record({
      id: fc.constantFrom('request' as const, 'deny' as const),
      title: hostile,
      submit: hostile,
      intro: fc.array(line, { maxLength: 20 }),
      fields: fc
        .array(field, { minLength: 1, maxLength: 5 })
        .map((all) => all.map((one, n) => ({ ...one, name: `f${n}` }))),
      about: fc.constant('req_7k2mq9xd'),
    })
    await fc.assert(
      fc.asyncProperty(form, async (each) => {
        expect(viewProblems(await formView(each, nobody))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})

const OUR_MARKS = /<!date\^\d+\^[a-z_{} ]+\|[0-9: UTC-]+>|<@U0SAM>/g

function mrkdwnTexts({ text, blocks }: { readonly text: string; readonly blocks: unknown }): string[] {
  const found = [text]
  JSON.stringify(blocks, (_key, value: unknown) => {
    const { type, text: inner } = recordOf(value)
    if (type === 'mrkdwn') found.push(String(inner))
    return value
  })
  return found
}
