import { engines } from '../main.ts'
import { checkOnline, type Placed } from './check-online.ts'
import { readEnvFile } from './env-file.ts'
import { type Configuration, readConfiguration } from './read-configuration.ts'

export interface ValidateOptions {
  /** Asks the platforms and providers too. */
  readonly online?: boolean
}

/** Says all that is wrong with the configuration, at once, and starts nothing. */
export async function validateCommand(
  env: NodeJS.ProcessEnv,
  path: string | undefined,
  { online = false }: ValidateOptions = {},
): Promise<number> {
  readEnvFile(env)
  const read = await readConfiguration({ ...env, ...(path === undefined ? {} : { THAND_CONFIG: path }) }, engines)
  if (!read.ok) {
    process.stderr.write(read.error)
    return 2
  }
  const { config, notes } = read.value
  const { people, roles, providers, cautions } = config
  for (const note of notes) process.stdout.write(`Note: ${note}\n`)
  for (const { role, words, place } of cautions) process.stdout.write(`Note: the role ${role} ${words} (${place})\n`)
  process.stdout.write(
    `Fine: ${count(people, 'person', 'people')}, ${count(roles, 'role')}, ${count(providers, 'provider')}.\n`,
  )
  return online ? lookOutside(read.value) : 0
}

/** One line for each thing, as it is found. 1 when something is wrong, or could not be asked. */
async function lookOutside(configuration: Configuration): Promise<number> {
  const found: Record<Placed['kind'], number> = { fine: 0, wrong: 0, unsure: 0, note: 0, unchecked: 0 }
  for await (const finding of checkOnline(configuration)) {
    found[finding.kind]++
    process.stdout.write(`${lineOf(finding)}\n`)
  }
  const { fine, wrong, unsure, note, unchecked } = found
  process.stdout.write(
    `Outside: ${fine} fine, ${wrong} wrong, ${unsure} could not be asked, ${note} to note, ${unchecked} cannot be checked from here.\n`,
  )
  return wrong + unsure === 0 ? 0 : 1
}

const MARKS: Readonly<Record<Placed['kind'], string>> = {
  fine: 'ok       ',
  wrong: 'WRONG    ',
  unsure: 'UNSURE   ',
  note: 'note     ',
  unchecked: 'unchecked',
}

function lineOf(finding: Placed): string {
  const mend = 'mend' in finding ? ` · ${finding.mend}` : ''
  const line = `${MARKS[finding.kind]} ${finding.where}: ${finding.what}${mend}`
  return line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}

function count({ length }: readonly unknown[], one: string, many = `${one}s`): string {
  return `${length} ${length === 1 ? one : many}`
}
