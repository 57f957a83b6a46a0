import { engines } from '../main.ts'
import { readEnvFile } from './env-file.ts'
import { readConfiguration } from './read-configuration.ts'

/** Says all that is wrong with the configuration, at once, and starts nothing. */
export async function validateCommand(env: NodeJS.ProcessEnv, path: string | undefined): Promise<number> {
  readEnvFile(env)
  const read = await readConfiguration({ ...env, ...(path === undefined ? {} : { THAND_CONFIG: path }) }, engines)
  if (!read.ok) {
    process.stderr.write(read.error)
    return 2
  }
  const { config, notes } = read.value
  const { people, roles, providers } = config
  for (const note of notes) process.stdout.write(`Note: ${note}\n`)
  process.stdout.write(
    `Fine: ${count(people, 'person', 'people')}, ${count(roles, 'role')}, ${count(providers, 'provider')}.\n`,
  )
  return 0
}

function count({ length }: readonly unknown[], one: string, many = `${one}s`): string {
  return `${length} ${length === 1 ? one : many}`
}
