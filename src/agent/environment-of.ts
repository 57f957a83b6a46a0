import { fail, ok, type Result } from '../core/result.ts'
import type { Credential } from '../wire/credential.ts'
import type { Trouble } from './trouble.ts'

const NAME = /^[A-Z][A-Z0-9_]*$/
/** Escapes and zero bytes; a key in several lines has line ends. */
const STEERS = /[^\P{Cc}\n]/u

/** What a credential puts into a child's environment. Anything odd there would become something else on its way. */
export function environmentOf({ environment }: Credential): Result<Readonly<Record<string, string>>, Trouble> {
  const entries = Object.entries(environment)
  const isPlain = entries.every(([name, value]) => NAME.test(name) && !STEERS.test(value))
  if (isPlain && entries.length > 0) return ok(environment)
  return fail({
    code: 'no_environment',
    message: 'This credential is not one for the environment of a command.',
    hint: 'See: thand credentials <id> --format json',
    exitCode: 1,
  })
}
