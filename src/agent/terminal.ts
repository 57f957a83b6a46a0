import { styleText } from 'node:util'
import { printable } from './printable.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

/** Where a command speaks. Whatever is said is made harmless here, once: text of others cannot steer the terminal (C5). */
export interface Terminal {
  /** A person sits there: may be asked, and sees a line that moves. */
  readonly isInteractive: boolean
  /** A line to stdout: what was asked for. */
  out(line: string, style?: Style): void
  /** A line to stderr: what else there is to say. */
  err(line: string, style?: Style): void
  /** Text to stdout as it is: JSON, and what a program reads. */
  raw(text: string): void
  /** A line that the next one replaces; where nobody looks, it is said once for every new `topic`. */
  progress(topic: string, detail: string): void
}

export interface Streams {
  readonly stdin: { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** `env`: NO_COLOR (https://no-color.org) and TERM. */
export function openTerminal(
  { stdin, stdout, stderr }: Streams,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const mayColour = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  const isLive = stderr.isTTY === true && env['TERM'] !== 'dumb'
  let topicSaid = ''
  let isMoving = false
  const clear = () => {
    if (isMoving) stderr.write('\r\u001b[K')
    isMoving = false
  }
  const say = (stream: NodeJS.WriteStream, line: string, style: Style | undefined) => {
    clear()
    const text = printable(line)
    stream.write(`${style !== undefined && mayColour && stream.isTTY === true ? styleText(style, text) : text}\n`)
  }
  return {
    isInteractive: stdin.isTTY === true && isLive,
    out: (line, style) => say(stdout, line, style),
    err: (line, style) => say(stderr, line, style),
    raw: (text) => {
      clear()
      stdout.write(text)
    },
    progress: (topic, detail) => {
      if (isLive) {
        clear()
        stderr.write(
          printable(`${topic} · ${detail}`)
            .replaceAll('\n', ' ')
            .slice(0, Math.max(20, (stderr.columns || 80) - 1)),
        )
        isMoving = true
      } else if (topic !== topicSaid) say(stderr, topic, undefined)
      topicSaid = topic
    },
  }
}
