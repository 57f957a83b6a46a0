import { plainTextOf } from '../../test/doubles/slack/reading.ts'
import type { SlackChange } from '../../test/doubles/slack/workspace.ts'
import type { Stage } from './stage.ts'

const WIDTH = 96

/** Prints what each person sees, as it happens: once for every text that changed. */
export class Narrator {
  readonly #began = Date.now()
  readonly #names: Record<string, string>
  readonly #shown = new Map<string, string>()
  readonly #write: (text: string) => void

  constructor(stage: Stage, write: (text: string) => void) {
    this.#write = write
    this.#names = Object.fromEntries(Object.entries(stage.slack.people).map(([id, person]) => [id, person.name]))
    stage.slack.onChange((change) => this.#slack(change))
    stage.github.onChange((change) => this.#say('GitHub', change.what))
  }

  does(who: string, what: string): void {
    this.#write(`\n${this.#clock()} ${who} ${what}\n`)
  }

  sees(where: string, text: string): void {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    this.#write(`${this.#clock()} ${where}\n${lines.map((line) => `          │ ${line.slice(0, WIDTH)}\n`).join('')}`)
  }

  says(text: string): void {
    this.#write(`${text}\n`)
  }

  #say(where: string, text: string): void {
    this.#write(`${this.#clock()} ${where}: ${text}\n`)
  }

  #slack(change: SlackChange): void {
    if (change.kind !== 'message') return
    const { message } = change
    const text = plainTextOf(message, this.#names)
    const key = `${message.channel}:${message.ts}`
    if (this.#shown.get(key) === text) return
    const isFirst = !this.#shown.has(key)
    this.#shown.set(key, text)
    const place = message.channel.startsWith('D')
      ? `${this.#names[`U${message.channel.slice(1)}`] ?? '?'}’s direct messages`
      : '#access'
    const what = message.threadTs === undefined ? (isFirst ? 'a card' : 'the card now') : 'in the thread'
    this.sees(`${place}, ${what}`, text)
  }

  #clock(): string {
    return `${((Date.now() - this.#began) / 1000).toFixed(1).padStart(6)} s`
  }
}
