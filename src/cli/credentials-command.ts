import { awsKeysOf, noAwsKeys, processAnswer } from '../agent/aws-keys.ts'
import { environmentOf } from '../agent/environment-of.ts'
import { keptCredential } from '../agent/kept-credential.ts'
import { plainTime } from '../agent/plain-time.ts'
import { type Trouble, usageTrouble } from '../agent/trouble.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Credential } from '../wire/credential.ts'
import { type LoggedIn, loggedIn } from './client.ts'

const FORMATS = ['json', 'env', 'aws'] as const

/** Prints the secret, because that is what was asked for: `thand run` keeps it off the screen. */
export function credentialsCommand(id: string, options: { readonly format: string }): Promise<number> {
  const format = FORMATS.find((known) => known === options.format)
  return loggedIn({ json: format === 'json' }, async (client) => {
    if (format === undefined)
      return fail(usageTrouble('There is no such format.', 'Try: --format env, --format json or --format aws'))
    if (format === 'aws') return forAws(client, id)
    const credential = await client.api.credential(id)
    if (!credential.ok) return credential
    if (format === 'env') return asLines(client, credential.value)
    client.json(credential.value)
    return ok(0)
  })
}

/** As a `credential_process` in `~/.aws/config`: stdout is for the SDK alone. */
async function forAws(client: LoggedIn, id: string): Promise<Result<number, Trouble>> {
  const credential = await keptCredential(client, id)
  if (!credential.ok) return credential
  const keys = awsKeysOf(credential.value)
  if (keys === undefined) return fail(noAwsKeys(id))
  client.terminal.raw(`${processAnswer(keys, credential.value)}\n`)
  return ok(0)
}

function asLines({ terminal }: LoggedIn, credential: Credential): Result<number, Trouble> {
  const environment = environmentOf(credential)
  if (!environment.ok) return environment
  for (const line of exportLines(environment.value)) terminal.raw(`${line}\n`)
  terminal.err(`Works until ${plainTime(Date.parse(credential.expires_at), 'clock')}, or until the access ends.`, 'dim')
  return ok(0)
}

/** For `eval "$(thand credentials … --format env)"`: whatever the values hold, a shell reads them literally. */
function exportLines(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
}
