import { plainTextOf } from '../../test/doubles/slack/reading.ts'
import { answerOf } from './answer-of.ts'
import { ended, type Machine } from './machine.ts'
import type { Narrator } from './narrator.ts'
import type { Stage } from './stage.ts'
import { until } from './until.ts'

const ROLE = 'github:read-web'
const SECONDS = 15

/** Reads a file with the token of its environment until GitHub refuses it, and does not stop when it is asked to. */
const PROGRAM = (github: string) => `
process.on('SIGTERM', () => console.log('asked to stop; reads on to show what the token is worth now'))
const headers = { authorization: 'Bearer ' + process.env.GITHUB_TOKEN, 'user-agent': 'demo', 'x-github-api-version': '2022-11-28' }
for (let status = 200; status === 200; await new Promise((resolve) => setTimeout(resolve, 1500))) {
  status = (await fetch('${github}/repos/acme/web/contents/README.md', { headers })).status
  console.log('reads README.md of acme/web with the token: ' + status)
}
`

/** On Ann's machine, logged in: ask; use a token that works, and no longer works after the end. */
export async function playAgent(stage: Stage, machine: Machine): Promise<string> {
  await machine.run('request', ROLE, `${SECONDS}s`, 'look', 'at', 'the', 'readme')
  await machine.run('sessions')
  const id = await until('the session', () => idIn(stage, /web/))
  const code = await machine.run('run', id, '--', 'node', '--input-type=module', '-e', PROGRAM(stage.github.url))
  if (code !== 0) throw new Error(`thand run ended with ${code}`)
  await until('the end, told to Ann', () => endsToldOf(stage, id) >= 2)
  return id
}

/** Confirmed in Slack, once. */
export async function logIn({ url, client }: Stage, narrator: Narrator, machine: Machine): Promise<void> {
  const { child, said } = machine.start(['login', '--server', url, '--name', 'Ann’s laptop'])
  const code = await until('a code', () => /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(said())?.[0])
  narrator.does('Ann', `types in Slack  /thand login ${code}`)
  const answer = answerOf(await client.command('U0ANN', `login ${code}`))
  narrator.sees('Ann alone', plainTextOf(answer.blocks))
  narrator.does('Ann', 'presses “Yes, this is me”')
  const card = { at: 0, user: 'U0ANN', channel: 'C0GENERAL', ts: '1.000100', text: '', blocks: [...answer.blocks] }
  await client.press('U0ANN', card, 'Yes, this is me')
  if ((await ended(child)) !== 0) throw new Error(`thand login failed: ${said()}`)
}

/** The card, and the line in its thread, which does not bear the id. */
export function endsToldOf({ slack }: Stage, id: string): number {
  const texts = [...slack.messages.values()].filter((each) => each.channel === 'D0ANN')
  const root = texts.find((each) => each.threadTs === undefined && plainTextOf(each).includes(id))
  const ofIt = texts.filter((each) => each.ts === root?.ts || each.threadTs === root?.ts)
  return ofIt.filter((each) => /^Ended/m.test(plainTextOf(each))).length
}

/** Of the newest of Ann's cards about this. */
export function idIn({ slack }: Stage, about: RegExp): string | undefined {
  const cards = [...slack.messages.values()].filter((each) => each.channel === 'D0ANN').map((each) => plainTextOf(each))
  return cards.flatMap((text) => (about.test(text) ? (/req_[0-9a-z]{8}/.exec(text) ?? []) : [])).at(-1)
}
