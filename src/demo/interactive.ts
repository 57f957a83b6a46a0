import { createInterface } from 'node:readline/promises'
import { plainTextOf } from '../../test/doubles/slack/reading.ts'
import { answerOf } from './answer-of.ts'
import type { Narrator } from './narrator.ts'
import type { Stage } from './stage.ts'

const ACCOUNTS: Readonly<Record<string, string>> = { ann: 'U0ANN', sam: 'U0SAM' }

/** `ann request github:org-admin 30s`, `sam approve req_…`: one types as two people, until `quit`. */
export async function playInteractively(stage: Stage, narrator: Narrator): Promise<void> {
  narrator.says('\nType as ann or as sam, such as:  ann request github:org-admin 30s fix billing')
  narrator.says('then:  sam ✅   (reacts on the newest card)   or   sam approve <id>   ·   quit ends')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  for await (const typed of terminal) {
    const [who = '', ...rest] = typed.trim().split(/\s+/)
    if (who === 'quit' || who === 'exit') break
    if (who !== '') await act(stage, narrator, { who: who.toLowerCase(), line: rest.join(' ') })
  }
  terminal.close()
}

async function act(
  { client, slack }: Stage,
  narrator: Narrator,
  { who, line }: { who: string; line: string },
): Promise<void> {
  const account = ACCOUNTS[who]
  if (account === undefined) return narrator.says('Begin the line with ann or sam.')
  if (line === '✅' || line === '❌') {
    const card = [...slack.messages.values()]
      .filter((each) => each.channel === 'C0ACCESS' && each.threadTs === undefined)
      .at(-1)
    if (card === undefined) return narrator.says('There is no card yet.')
    await client.react(account, card, line === '✅' ? 'white_check_mark' : 'x')
    return
  }
  const answer = await client.command(account, line.replace(/^\/?thand\s*/, ''))
  const { blocks } = answerOf(answer)
  if (blocks.length > 0) narrator.sees(`${who} alone`, plainTextOf(blocks))
}
