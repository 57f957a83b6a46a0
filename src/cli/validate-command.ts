import { engines } from '../main.ts'
import { readConfiguration } from './read-configuration.ts'

/** Says all that is wrong with the configuration, at once, and starts nothing. */
export async function validateCommand(env: NodeJS.ProcessEnv, path: string | undefined): Promise<number> {
  const read = await readConfiguration({ ...env, ...(path === undefined ? {} : { THAND_CONFIG: path }) }, engines)
  if (!read.ok) {
    process.stderr.write(read.error)
    return 2
  }
  const { people, roles, providers } = read.value.config
  process.stdout.write(`Fine: ${people.length} people, ${roles.length} roles, ${providers.length} providers.\n`)
  return 0
}
