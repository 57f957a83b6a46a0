import type { Command } from 'commander'
import { finish } from './program.ts'

interface Json {
  readonly json?: boolean
}
const JSON_OPTION = ['--json', 'JSON and nothing else on stdout'] as const
const ID = ['<id>', 'such as req_7k2mq9xd'] as const

/** What people run on their own machine. Each loads what it needs when it is run; none loads the server. */
export function addClientCommands(program: Command): void {
  program.commandsGroup('On your machine:')
  addLogin(program)
  addRequest(program)
  addUse(program)
  addLines(program)
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('print what makes Tab complete')
    .action(async (shell: string) =>
      finish((await import('./completion-command.ts')).completionCommand(program, shell)),
    )
}

function addLogin(program: Command): void {
  program
    .command('login')
    .description('log this machine in; you confirm it in chat')
    .option('--server <address>', 'such as https://thand.acme.example; the last one when it is left out')
    .option('--name <name>', 'how this machine is called in the list of your devices')
    .option(...JSON_OPTION)
    .action(async (options) => finish((await import('./login-command.ts')).loginCommand(options)))
  program
    .command('logout')
    .argument('[device]', 'another device of yours; this machine when it is left out')
    .description('log this machine out, or another device of yours')
    .option(...JSON_OPTION)
    .action(async (device: string | undefined, options: Json) =>
      finish((await import('./logout-command.ts')).logoutCommand(device, options)),
    )
  program
    .command('devices')
    .description('list the devices that are logged in as you')
    .option(...JSON_OPTION)
    .action(async (options: Json) => finish((await import('./devices-command.ts')).devicesCommand(options)))
}

function addRequest(program: Command): void {
  program
    .command('request')
    .alias('ask')
    .argument('[role]', 'such as github:org-admin; a wizard asks when it is left out')
    .argument('[duration]', '30m, 2h30m, 1d')
    .argument('[reason...]')
    .description('ask for access, and wait until somebody decided')
    .option('--no-wait', 'ask, and do not wait')
    .option(...JSON_OPTION)
    .action(async (role = '', duration = '', reason: readonly string[], options) => {
      const words = [role, duration, ...reason].filter((word) => word !== '')
      return finish((await import('./request-command.ts')).requestCommand(words, options))
    })
  program
    .command('sessions')
    .description('list what you have and asked for')
    .option('--all', 'also what has ended')
    .option(...JSON_OPTION)
    .action(async (options) => finish((await import('./sessions-command.ts')).sessionsCommand(options)))
}

function addUse(program: Command): void {
  program
    .command('run')
    .argument(...ID)
    .argument('<command...>', 'after --')
    .description('run a command with the credential in its environment; it ends with the access')
    .passThroughOptions()
    .action(async (id: string, command: readonly string[]) =>
      finish((await import('./run-command.ts')).runCommand(id, command[0] === '--' ? command.slice(1) : command)),
    )
  program
    .command('credentials')
    .argument(...ID)
    .description('print the credential: it is secret')
    .option('--format <format>', 'json, env or aws', 'env')
    .action(async (id: string, options) =>
      finish((await import('./credentials-command.ts')).credentialsCommand(id, options)),
    )
  addAws(program)
  program
    .command('git-credential')
    .argument(...ID)
    .argument('<operation>', 'get, store or erase: git adds it')
    .description('answer git, as a credential helper')
    .action(async (id: string, operation: string) =>
      finish((await import('./git-credential-command.ts')).gitCredentialCommand(id, operation)),
    )
}

function addAws(program: Command): void {
  program
    .command('console')
    .argument(...ID)
    .description('print a link that signs you in at the console of AWS: it is secret')
    .option('--open', 'open it in a browser in place of printing it')
    .action(async (id: string, options) => finish((await import('./console-command.ts')).consoleCommand(id, options)))
  program
    .command('aws-profile')
    .argument('<name>', 'such as acme-prod')
    .argument('[id]', 'the access that it is for')
    .description('write a profile into ~/.aws/config that gets its credential from thand')
    .option('--remove', 'take it out')
    .action(async (name: string, id: string | undefined, options) =>
      finish((await import('./aws-profile-command.ts')).awsProfileCommand(name, id, options)),
    )
}

/** The same lines as in chat. */
function addLines(program: Command): void {
  const line = (verb: string, description: string) =>
    program
      .command(verb)
      .description(description)
      .option(...JSON_OPTION)
  const send = async (words: readonly string[], options: Json) =>
    finish((await import('./line-command.ts')).lineCommand(words, options))
  line('roles', 'list what you can ask for')
    .argument('[filter...]')
    .action(async (filter: readonly string[], options: Json) =>
      finish((await import('./roles-command.ts')).rolesCommand(filter.join(' '), options)),
    )
  line('mine', 'what you asked for and hold, as chat says it')
    .alias('list')
    .action((options: Json) => send(['mine'], options))
  line('show', 'one request with all that happened')
    .alias('status')
    .argument(...ID)
    .action((id: string, options: Json) => send(['show', id], options))
  line('end', 'end access before its time')
    .alias('revoke')
    .argument(...ID)
    .action((id: string, options: Json) => send(['end', id], options))
  line('extend', 'ask for more time')
    .argument(...ID)
    .argument('<duration>', 'how much longer: 30m')
    .argument('[reason...]')
    .action((id: string, duration: string, reason: readonly string[], options: Json) =>
      send(['extend', id, duration, ...reason], options),
    )
  line('cancel', 'take a request back while nobody has decided')
    .argument(...ID)
    .action((id: string, options: Json) => send(['cancel', id], options))
  line('explain', 'why you may ask for a role or not, and who decides')
    .argument('<role>')
    .argument('[duration]')
    .action((role: string, duration: string | undefined, options: Json) =>
      send(['explain', role, duration ?? ''], options),
    )
}
