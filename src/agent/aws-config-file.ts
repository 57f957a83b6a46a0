import { lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { writeWhole } from './write-whole.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the SDKs look: https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html */
export function configFilePath(env: Environment): string {
  return placeOf(env['AWS_CONFIG_FILE'], 'config')
}

export function sharedCredentialsPath(env: Environment): string {
  return placeOf(env['AWS_SHARED_CREDENTIALS_FILE'], 'credentials')
}

/** Latin-1, so that bytes that are no text come back as they were. Empty where there is no such file. */
export function readBytes(file: string): string {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(file, 'latin1')
}

/** Whole or not at all, where a link leads to, with the mode that it had; a new one is for its owner alone. */
export function replaceBytes(file: string, text: string): void {
  const target = targetOf(file)
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
  const { mode } = statSync(target, { throwIfNoEntry: false }) ?? { mode: 0o600 }
  writeWhole(target, Buffer.from(text, 'latin1'), mode & 0o777)
}

function placeOf(configured: string | undefined, name: string): string {
  if (configured === undefined || configured === '') return path.join(homedir(), '.aws', name)
  return path.resolve(configured.replace(/^~(?=[/\\]|$)/, homedir()))
}

/** Also of a link to a file that is not there yet. */
function targetOf(file: string): string {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined) return file
  if (!found.isSymbolicLink()) return file
  const next = path.resolve(path.dirname(file), readlinkSync(file))
  return statSync(file, { throwIfNoEntry: false }) === undefined ? next : realpathSync(file)
}
