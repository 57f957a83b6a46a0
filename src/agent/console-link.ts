import { fail, ok, type Result } from '../core/result.ts'
import type { AwsKeys } from './aws-keys.ts'
import { isThisMachine } from './server-address.ts'
import type { Trouble } from './trouble.ts'

const DEADLINE_MS = 10_000

export interface ConsolePlace {
  /** Such as https://signin.aws.amazon.com/federation */
  readonly federation: string
  /** The page that is shown then. */
  readonly destination: string
}

/**
 * A link that signs whoever opens it in with these keys: it works for 15 minutes, and what it opens for as long as the keys. Both
 * as https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html says it. No
 * SessionDuration: it would outlive the keys, and is refused for a role that was assumed by another.
 */
export async function consoleLink(
  { federation, destination }: ConsolePlace,
  keys: AwsKeys,
): Promise<Result<string, Trouble>> {
  const url = new URL(federation)
  if (url.protocol !== 'https:' && !isThisMachine(url)) return fail(refused(url.host, 'it is not https'))
  const { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken } = keys
  const asked = { Action: 'getSigninToken', Session: JSON.stringify({ sessionId, sessionKey, sessionToken }) }
  const token = await signinToken(withQuery(url, asked))
  if (!token.ok) return fail(refused(url.host, token.error))
  return ok(withQuery(url, { Action: 'login', Destination: destination, SigninToken: token.value }).href)
}

/** Why there is none: never the address, which holds the keys. */
async function signinToken(url: URL): Promise<Result<string, string>> {
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS)
    const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } })
    const body: unknown = response.ok ? await response.json() : undefined
    if (body === undefined) return fail(`status ${response.status}`)
    const isToken = typeof body === 'object' && body !== null && 'SigninToken' in body
    return isToken && typeof body.SigninToken === 'string' ? ok(body.SigninToken) : fail('no token in its answer')
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return fail(isLate ? `no answer within ${DEADLINE_MS / 1000} s` : 'it cannot be reached')
  }
}

function withQuery(url: URL, fields: Readonly<Record<string, string>>): URL {
  const made = new URL(url)
  for (const [name, value] of Object.entries(fields)) made.searchParams.set(name, value)
  return made
}

function refused(host: string, why: string): Trouble {
  return {
    code: 'console_refused',
    message: `${host} gave no link to the console: ${why}.`,
    hint: 'Try again in a moment; the same keys work on the command line: thand run <id> -- aws …',
    exitCode: 1,
  }
}
