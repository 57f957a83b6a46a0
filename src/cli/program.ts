import { Command, CommanderError } from 'commander'
import { printable, printableJson } from '../agent/printable.ts'
import { SHORT_HELP } from './short-help.ts'
import { version } from './version.ts'

const USAGE = 2

/** `thand` without its commands. What it complains about repeats what was typed, so it is made harmless (C5). */
export function newProgram(argv: readonly string[]): Command {
  const isJson = wantsJson(argv)
  return new Command('thand')
    .description('Just-in-time access, asked for and decided in chat, gone when the time is up.')
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeErr: (text) => process.stderr.write(printable(text)),
      outputError: (text, write) => {
        if (!isJson) return write(text)
        const message = text.replace(/^error: /, '').trim()
        process.stdout.write(`${printableJson({ code: 'usage', message, hint: 'Try: thand --help' })}\n`)
      },
    })
    .showSuggestionAfterError()
}

/** Exit codes: 0 done, 1 failed, 2 usage or configuration, 75 unreachable. */
export async function parse(
  program: Command,
  argv: readonly string[],
  ended: (error: unknown) => Promise<void>,
): Promise<void> {
  if (argv.length <= 2) {
    process.stderr.write(SHORT_HELP)
    process.exitCode = USAGE
    return
  }
  await program.parseAsync([...argv]).catch((error: unknown) => {
    if (!(error instanceof CommanderError)) return ended(error)
    process.exitCode = error.exitCode === 0 ? 0 : USAGE
    return undefined
  })
}

export async function finish(code: Promise<number>): Promise<void> {
  process.exitCode = await code
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(2, end < 0 ? undefined : end).includes('--json')
}
