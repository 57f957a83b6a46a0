import { fail, ok, type Result } from '../core/result.ts'
import type { Credential } from '../wire/credential.ts'
import type { Session } from '../wire/session.ts'
import { withEndpoint, withoutAwsCredentials } from './aws-environment.ts'
import { awsKeysOf, noAwsKeys } from './aws-keys.ts'
import { startCredentialEndpoint } from './credential-endpoint.ts'
import { environmentOf } from './environment-of.ts'
import { LONGER_MS, renewCredential } from './renew-credential.ts'
import type { Terminal } from './terminal.ts'
import type { ThandApi } from './thand-api.ts'
import type { Trouble } from './trouble.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a child works with, for as long as it runs. */
export interface ChildCredential {
  readonly env: Environment
  /** Ours for longer than the credential works, where nothing renews it. */
  readonly endsFirstAtMs: number | undefined
  /** What still works when the child needs it no more. */
  close(): Promise<readonly Credential[]>
}

export interface ChildWishes {
  readonly api: ThandApi
  readonly terminal: Terminal
  /** The one that runs the child. */
  readonly env: Environment
  /** As it was last seen. */
  readonly session: () => Session
}

/** Keys in its environment; where they end before the access, and AWS has a way for it, a place to fetch the next ones from. */
export async function childCredential(wishes: ChildWishes): Promise<Result<ChildCredential, Trouble>> {
  const { api, session, env } = wishes
  const first = await api.credential(session().id)
  if (!first.ok) return first
  const given = environmentOf(first.value)
  if (!given.ok) return given
  const endsFirst = endOf(session()) - Date.parse(first.value.expires_at) >= LONGER_MS
  const isForAws = awsKeysOf(first.value) !== undefined
  if (isForAws && endsFirst) return ok(await renewed(wishes, first.value, given.value))
  return ok({
    env: { ...(isForAws ? withoutAwsCredentials(env) : env), ...given.value },
    endsFirstAtMs: endsFirst ? Date.parse(first.value.expires_at) : undefined,
    close: async () => [first.value],
  })
}

async function renewed(wishes: ChildWishes, first: Credential, given: Environment): Promise<ChildCredential> {
  const { api, terminal, session, env } = wishes
  const { id } = session()
  const renewal = renewCredential(first, {
    pull: async () => {
      const next = await api.credential(id)
      return next.ok && awsKeysOf(next.value) === undefined ? fail(noAwsKeys(id)) : next
    },
    accessUntilMs: () => endOf(session()),
    onFailure: ({ message }) => terminal.err(`No new credential yet, trying on: ${message}`, 'yellow'),
  })
  const endpoint = await startCredentialEndpoint(renewal.current)
  return {
    env: withEndpoint(env, endpoint, given),
    endsFirstAtMs: undefined,
    close: async () => {
      await Promise.all([endpoint.close(), renewal.stop()])
      return renewal.living()
    },
  }
}

function endOf({ expires_at }: Session): number {
  return expires_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires_at)
}
