import { environmentOf } from '../agent/environment-of.ts'
import { plainTime } from '../agent/plain-time.ts'
import { usageTrouble } from '../agent/trouble.ts'
import { fail, ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

const FORMATS = ['json', 'env', 'aws'] as const

/** Prints the secret, because that is what was asked for: `thand run` keeps it off the screen. */
export function credentialsCommand(id: string, options: { readonly format: string }): Promise<number> {
  const format = FORMATS.find((known) => known === options.format)
  return loggedIn({ json: format === 'json' }, async ({ api, terminal, json }) => {
    if (format === undefined)
      return fail(usageTrouble('There is no such format.', 'Try: --format env, or --format json'))
    if (format === 'aws') return fail(usageTrouble('No provider here gives AWS credentials yet.', 'Try: --format env'))
    const credential = await api.credential(id)
    if (!credential.ok) return credential
    if (format === 'json') json(credential.value)
    else {
      const environment = environmentOf(credential.value)
      if (!environment.ok) return environment
      for (const line of exportLines(environment.value)) terminal.raw(`${line}\n`)
      terminal.err(
        `Works until ${plainTime(Date.parse(credential.value.expires_at), 'clock')}, or until the access ends.`,
        'dim',
      )
    }
    return ok(0)
  })
}

/** For `eval "$(thand credentials … --format env)"`: whatever the values hold, a shell reads them literally. */
function exportLines(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
}
