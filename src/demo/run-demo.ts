import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { plainTextOf } from '../../test/doubles/slack/reading.ts'
import type { SlackMessage } from '../../test/doubles/slack/workspace.ts'
import { answerOf } from './answer-of.ts'
import { playInteractively } from './interactive.ts'
import { Machine } from './machine.ts'
import { Narrator } from './narrator.ts'
import { logIn, playAgent } from './play-agent.ts'
import { playAws } from './play-aws.ts'
import { type Stage, setStage } from './stage.ts'
import { until } from './until.ts'

const SECONDS = 6

/** One request from asking to verified revocation, on this machine alone: real server, signed payloads, doubles. */
export async function runDemo(isInteractive: boolean): Promise<number> {
  const write = (text: string) => void process.stdout.write(text)
  write('Thand, on this machine alone: the real server with its embedded database, between a Slack workspace\n')
  write('a GitHub organisation and an account of AWS that are made up. What you see is what Ann and Sam see.\n')
  const stage = await setStage()
  try {
    const narrator = new Narrator(stage, write)
    if (isInteractive) await playInteractively(stage, narrator)
    else await playAll(stage, narrator)
    return 0
  } catch (error) {
    write(`\nThe demonstration failed: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await stage.close()
  }
}

async function playAll(stage: Stage, narrator: Narrator): Promise<void> {
  narrator.says('\n── A right on her own account ──')
  const owner = await playOwner(stage, narrator)
  const home = mkdtempSync(path.join(tmpdir(), 'thand-demo-ann-'))
  const machine = new Machine(home, narrator)
  narrator.says('\n── A token for her machine ──')
  await logIn(stage, narrator, machine)
  const token = await playAgent(stage, machine)
  narrator.says('\n── A session at AWS, and a server that dies ──')
  const session = await playAws(stage, machine, narrator)
  rmSync(home, { recursive: true, force: true })
  narrator.says(`\n${owner}: asked, approved, given for ${SECONDS} seconds, taken back and checked: revoked`)
  narrator.says(`${token}: asked, a token given that worked, withdrawn and seen dead: revoked`)
  narrator.says(`${session}: asked, a session given that worked, ended by AWS with Thand dead, seen dead: revoked`)
}

async function playOwner(stage: Stage, narrator: Narrator): Promise<string> {
  const { slack, github, client } = stage
  const line = `request github:org-admin ${SECONDS}s fix the billing page`
  narrator.does('Ann', `types  /thand ${line}`)
  const asked = await client.command('U0ANN', line)
  narrator.sees('Ann alone', plainTextOf(answerOf(asked).blocks))
  const card = await until('the card', () =>
    [...slack.messages.values()].find((each) => each.channel === 'C0ACCESS' && each.threadTs === undefined),
  )
  await until('the thread', () => [...slack.messages.values()].some((each) => each.threadTs === card.ts))
  narrator.does('Sam', 'reacts with ✅')
  await client.react('U0SAM', card, 'white_check_mark')
  await until('owner at GitHub', () => github.roleOf('ann-acme') === 'admin')
  narrator.does('GitHub', `now lists ann-acme as ${github.roleOf('ann-acme')}`)
  await until('member again', () => github.roleOf('ann-acme') === 'member')
  narrator.does('GitHub', `now lists ann-acme as ${github.roleOf('ann-acme')}`)
  // The card and its thread, and both again for Ann: whatever is told after the last line would not be the last line.
  const ended = () => [...slack.messages.values()].filter((each) => /^Ended/m.test(textOf(each)))
  await until('the end, told everywhere', () => ended().length >= 4)
  const id = /req_[0-9a-z]{8}/.exec(textOf(card))?.[0] ?? ''
  narrator.does('Sam', `types  /thand show ${id}`)
  const shown = await client.command('U0SAM', `show ${id}`)
  narrator.sees('Sam alone: the record', plainTextOf(answerOf(shown).blocks))
  return id
}

function textOf(message: SlackMessage | undefined): string {
  return message === undefined ? '' : plainTextOf(message)
}
