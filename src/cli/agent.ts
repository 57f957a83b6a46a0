// Entry of `dist/thand-agent.mjs`: the client commands in one file, for machines that have Node and nothing else.
import { addClientCommands } from './client-commands.ts'
import { newProgram, parse } from './program.ts'

const OF_THE_SERVER = ['server', 'demo', 'validate', 'migrate', 'manifest', 'init', 'audit']

const program = newProgram(process.argv)
addClientCommands(program)
for (const name of OF_THE_SERVER) {
  program
    .command(name, { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(() => {
      process.stderr.write(
        `thand ${name} is not in this file, which has the commands for your own machine only.\nRun it where the server is installed.\n`,
      )
      process.exitCode = 2
    })
}
await parse(program, process.argv, async (error) => {
  process.stderr.write(`thand ended: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
