import { afterEach, expect, test } from 'vitest'
import type { SlackDelivery } from '../doubles/slack/delivery.ts'
import { recordOf, recordsOf, stringOf } from '../doubles/slack/json.ts'
import { buttonsOf, plainTextOf } from '../doubles/slack/reading.ts'
import type { SlackMessage, SlackView } from '../doubles/slack/workspace.ts'
import { givenStage, type Stage, saidIn } from '../threats/b-stage.ts'

/**
 * docs/first-request.md: what somebody sees who knows Slack and has read nothing. What stands there was said by the
 * product in this run; `npx vitest run test/flow/first-request.test.ts -u` writes the page anew.
 */
const PAGE = '../../docs/first-request.md'

let stage: Stage
afterEach(async () => {
  const { problems } = stage.world.slack
  await stage.close()
  expect(problems).toEqual([])
})

test('somebody who has read nothing gets from `/thand` to access, and reads on each screen what comes next', async () => {
  stage = await givenStage()
  const page = [HEAD]
  for (const [words, screen] of [...(await ask()), ...(await decide()), ...(await holdAndEnd()), ...(await goWrong())])
    page.push(words, `\`\`\`text\n${steady(screen)}\n\`\`\``)
  await expect(`${[...page, TAIL].join('\n\n')}\n`).toMatchFileSnapshot(PAGE)
}, 90_000)

type Screens = readonly (readonly [words: string, screen: string])[]

async function ask(): Promise<Screens> {
  const { client, slack, until } = stage.world
  await client.command('U0ANN', '')
  const form = await until('the form', () => slack.views.at(-1))
  const opened = formText(form)
  const found = await client.suggest('U0ANN', form, 'role', 'own')
  const wrong = await client.submitView('U0ANN', form, { role: 'github:org-admin', duration: 'a while' })
  const tooLong = await client.submitView('U0ANN', form, { role: 'github:org-admin', duration: '9h' })
  const filled = { role: 'github:org-admin', duration: '30m', reason: 'move the billing repository' }
  const asked = await client.submitView('U0ANN', form, filled)
  await until('the card and its line', () => stage.cardText(idIn(asked)) !== '' && stage.thread(idIn(asked)).length > 0)
  return [
    ['## Asking\n\nAnn types `/thand` and nothing else. A form opens:', opened],
    ['She types “own” into the first field, which searches:', found.map(optionText).join('\n')],
    ['She answers the second field with “a while”. The form stays, and says under that field:', errorsOf(wrong)],
    ['With “9h”:', errorsOf(tooLong)],
    ['With “30m” and a reason the form becomes:', plainTextOf(recordsOf(viewOf(asked)['blocks']))],
    ['In the channel of those who decide there is now:', stage.cardText(idIn(asked))],
    ['and, in its thread, the line that calls them:', stage.thread(idIn(asked)).join('\n')],
  ]
}

async function decide(): Promise<Screens> {
  const { client, card, until, slack } = stage.world
  const answerTo = async (user: string) => {
    const before = slack.responses.length
    await client.press(user, card(), 'Approve')
    const { body } = await until('an answer', () => slack.responses[before])
    return plainTextOf(recordsOf(recordOf(body)['blocks']))
  }
  const ann = await answerTo('U0ANN')
  const bob = await answerTo('U0BOB')
  await client.press('U0SAM', card(), 'Approve')
  const id = idOf(card())
  await stage.reach(id, 'active')
  await until('it is told', () => direct().some((text) => text.startsWith('You are Organisation owner')))
  return [
    ['## Deciding\n\nAnn is impatient and presses *Approve* herself. She alone reads:', ann],
    ['Bob presses it too. He is not one of those who decide:', bob],
    [
      'Sam presses *Approve*. A few moments later the card in the channel says:',
      await shown(() => stage.cardText(id), 'until'),
    ],
    ['and Ann has a direct message:', direct()[0] ?? ''],
  ]
}

async function holdAndEnd(): Promise<Screens> {
  const { client, until, card } = stage.world
  const id = idOf(card())
  const mine = saidIn(await client.command('U0ANN', 'mine'))
  const message = await until('the holder’s card', () => messages().find((each) => buttonsOf(each).length > 0))
  await client.press('U0ANN', message, 'End now')
  await stage.reach(id, 'revoked')
  return [
    ['## Having it, and giving it back\n\nWhat do I have? `/thand mine`:', mine],
    [
      'She is done and presses *End now*. The same message becomes:',
      await shown(() => stage.world.text(message), 'Ended'),
    ],
    [
      'What happened, in order? `/thand show` with the id that every card has:',
      saidIn(await client.command('U0ANN', `show ${id}`)),
    ],
  ]
}

const WRONG: readonly (readonly [string, string])[] = [
  ['She wants it again and types from memory. `/thand give me admin`:', 'give me admin'],
  ['`/thand request admin 30m`:', 'request admin 30m'],
  ['`/thand github:org-admin`:', 'github:org-admin'],
  ['`/thand request github:org-admin 30`:', 'request github:org-admin 30'],
  ['`/thand request github:org-admin 9h`:', 'request github:org-admin 9h'],
  ['`/thand end`:', 'end'],
  ['`/thand help`:', 'help'],
]

async function goWrong(): Promise<Screens> {
  const screens: (readonly [string, string])[] = []
  for (const [n, [words, line]] of WRONG.entries())
    screens.push([
      n === 0 ? `## Typing instead\n\n${words}` : words,
      saidIn(await stage.world.client.command('U0ANN', line)),
    ])
  return screens
}

/** The roots of Ann's direct messages, oldest first. */
function messages(): readonly SlackMessage[] {
  return [...stage.world.slack.messages.values()].filter(
    (each) => each.channel === 'D0ANN' && each.threadTs === undefined,
  )
}

function direct(): readonly string[] {
  return messages().map((each) => stage.world.text(each))
}

function shown(look: () => string, word: string): Promise<string> {
  return stage.world.until(word, () => (look().includes(word) ? look() : undefined))
}

function idOf(card: SlackMessage): string {
  return /req_[0-9a-z]{8}/.exec(stage.world.text(card))?.[0] ?? ''
}

function viewOf({ body }: SlackDelivery) {
  return recordOf(recordOf(body)['view'])
}

function idIn(answer: SlackDelivery): string {
  return /req_[0-9a-z]{8}/.exec(JSON.stringify(answer.body))?.[0] ?? ''
}

function formText({ view }: SlackView): string {
  const fields = recordsOf(view['blocks']).map((block) => {
    const hint = stringOf(recordOf(block['hint'])['text'])
    const element = recordOf(block['element'])
    const inside = stringOf(recordOf(element['placeholder'])['text'])
    const label = `${stringOf(recordOf(block['label'])['text'])}${block['optional'] === true ? ' (optional)' : ''}`
    return [label, `[ ${inside} ]`, ...(hint === '' ? [] : [hint])].join('\n')
  })
  const titled = stringOf(recordOf(view['title'])['text'])
  return [titled, ...fields, `[ Cancel ]  [ ${stringOf(recordOf(view['submit'])['text'])} ]`].join('\n\n')
}

function optionText(option: Readonly<Record<string, unknown>>): string {
  return [option['text'], option['description']].map((part) => stringOf(recordOf(part)['text'])).join('\n')
}

function errorsOf({ body }: SlackDelivery): string {
  return Object.values(recordOf(recordOf(body)['errors']))
    .map(stringOf)
    .join('\n')
}

/** What is another in each run: ids, and the time of day. */
function steady(text: string): string {
  return text
    .replaceAll(/req_[0-9a-z]{8}/g, 'req_7k2mq9xd')
    .replaceAll(/\d\d:\d\d:\d\d UTC/g, '14:05:12 UTC')
    .replaceAll(/(lapses at )\d\d:\d\d UTC/g, '$114:12 UTC')
    .replaceAll(/(until )\d\d:\d\d UTC/g, '$114:33 UTC')
    .replaceAll(/\d\d:\d\d UTC(?= [A-Za-z])/g, '14:02 UTC')
    .replaceAll(/asked \d\d:\d\d UTC/g, 'asked 14:02 UTC')
    .replaceAll(/^(\d+ seconds?|less than a second|\d+ minutes?)(?= · approved)/gm, '3 minutes')
    .replaceAll(/\(in \d+ minutes\)/g, '(in 28 minutes)')
}

const HEAD = `# Your first request

For somebody who knows Slack and has read nothing about Thand: what each screen says, from \`/thand\` to access and back. Nothing here is needed to get there;
the screens say what comes next.

This page is written by \`test/flow/first-request.test.ts\`, which walks the same way on every run: what stands in the boxes was said by the product then. Ids and
times of day are filled in. How the cards look is in [slack-cards.md](slack-cards.md).`

const TAIL = `## What annoyed when this was tried, and what became of it

* \`/thand give me admin\` was answered with *Did you mean \`/thand mine\`?*: the nearest of our words by its letters. Words that people say for ours (give, need,
  stop, allow, …) are known now, and suggest what was meant; far-off guesses are not made any more.
* \`/thand request admin 30m\` was answered that there is no such role, and left one to look for it. Now the role that has the word in its name is suggested, as a line to copy.
* \`/thand github:org-admin\`, the thing itself without a verb, was *not known*. Now it is taken for what it was meant to be.
* Bob, who saw the card in the channel and pressed *Approve*, was told that there is no such request. Of a card that somebody sees that is no answer: it says now that others decide.
* \`/thand status\` alone asked for an id. It says what one has now.
* \`/thand mine\` said what one holds and how to look at it, not how to end it. The one that is held can now be ended or extended right there.
* Two first requests of one person, approved in the same second, could fail with *the account belongs to another person here*. Found when the walk was
  taken many times at once; both are given now.`
