import { addClientCommands } from './client-commands.ts'
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
    .description('check the configuration and say all that is wrong with it')
    .action(async (path?: string) => finish((await import('./validate-command.ts')).validateCommand(process.env, path)))
  program
    .command('migrate')
    .description('bring the database of THAND_MIGRATION_URL or DATABASE_URL up to date')
    .action(async () => finish((await import('./migrate-command.ts')).migrateCommand(process.env)))
  program
    .command('manifest')
    .argument('<platform>', 'slack')
    .description('print the app manifest, filled in with THAND_URL')
    .action(async (platform: string) =>
      finish((await import('./manifest-command.ts')).manifestCommand(process.env, platform)),
    )
  program
    .command('demo')
    .option('--interactive', 'type as two people')
    .description('one request live, from asking to verified revocation, on this machine alone')
    .action(async (options: { interactive?: boolean }) =>
      finish((await import('../demo/run-demo.ts')).runDemo(options.interactive === true)),
    )
  await parse(program, argv, ended)
}

async function ended(error: unknown): Promise<void> {
  const { line, exitCode } = (await import('./failure.ts')).failureOf(error)
  process.stderr.write(`${line}\n`)
  process.exit(exitCode)
}
