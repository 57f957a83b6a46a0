import type { Command } from 'commander'
import type { AuditOptions } from './audit-command.ts'
import { addClientCommands } from './client-commands.ts'
import type { InitOptions } from './init-command.ts'
import { QUESTIONS } from './init-questions.ts'
import { finish, newProgram, parse } from './program.ts'

/** argv to a command; each loads only what it needs. Exit codes: 0 done, 1 failed, 2 usage or configuration, 75 unreachable. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = newProgram(argv)
  addClientCommands(program)
  program.commandsGroup('Where the server runs:')
  program
    .command('server')
    .description('run the server: bots, sweeper and HTTP API')
    .action(async () => finish((await import('./server-command.ts')).serverCommand(process.env)))
  program
    .command('validate')
    .argument('[path]', 'thand.yaml or a folder of YAML files')
    .option('--online', 'ask Slack and the providers too, and change nothing there')
    .description('check the configuration and say all that is wrong with it')
    .action(async (path: string | undefined, options: { online?: boolean }) =>
      finish((await import('./validate-command.ts')).validateCommand(process.env, path, options)),
    )
  program
    .command('migrate')
    .description('bring the database of THAND_MIGRATION_URL or DATABASE_URL up to date')
    .action(async () => finish((await import('./migrate-command.ts')).migrateCommand(process.env)))
  program
    .command('manifest')
    .argument('<platform>', 'slack or teams')
    .option('--socket', 'for Socket Mode of Slack: no address of ours is in it')
    .option('--zip <file>', 'for Teams: write the package that is uploaded')
    .description('print the app manifest, filled in with THAND_URL')
    .action(async (platform: string, options: { socket?: boolean; zip?: string }) =>
      finish((await import('./manifest-command.ts')).manifestCommand(process.env, platform, options)),
    )
  addOperatorCommands(program)
  program
    .command('demo')
    .option('--interactive', 'type as two people')
    .description('one request live, from asking to verified revocation, on this machine alone')
    .action(async (options: { interactive?: boolean }) =>
      finish((await import('../demo/run-demo.ts')).runDemo(options.interactive === true)),
    )
  await parse(program, argv, ended)
}

function addOperatorCommands(program: Command): void {
  program
    .command('audit')
    .option('--request <id>', 'of one request only')
    .option('--since <when>', 'a time, or an age such as 2h or 7d')
    .option('--json', 'one JSON object a line')
    .description('tell the record, in its order, from the database of DATABASE_URL')
    .action(async (options: AuditOptions) =>
      finish((await import('./audit-command.ts')).auditCommand(process.env, options)),
    )
  const init = program
    .command('init')
    .option('--file <path>', 'what to write', 'thand.yaml')
    .option('--overwrite', 'write over a file that is there', false)
    .description('ask a few questions and write a first thand.yaml; every question is an option too')
  for (const { flag, message } of QUESTIONS) init.option(`--${flag} <text>`, message)
  init.action(async (options: InitOptions) => {
    const { stdin: input, stdout: output } = process
    const terminal = input.isTTY && output.isTTY ? { input, output } : undefined
    return finish((await import('./init-command.ts')).initCommand(options, terminal))
  })
}

async function ended(error: unknown): Promise<void> {
  const { line, exitCode } = (await import('./failure.ts')).failureOf(error)
  process.stderr.write(`${line}\n`)
  process.exit(exitCode)
}
