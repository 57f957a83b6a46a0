import type { IAMClient } from '@aws-sdk/client-iam'
import type { IdentitystoreClient } from '@aws-sdk/client-identitystore'
import type { SSOAdminClient } from '@aws-sdk/client-sso-admin'
import type { STSClient } from '@aws-sdk/client-sts'
import { CALL_DEADLINE_MS } from '../common/deadline.ts'
import type { AwsReach } from './config.ts'
import { LatestClock } from './latest-clock.ts'

/** The SDK's clients, each loaded when it is first asked for: whoever has no AWS pays nothing. None of them repeats a call. */
export class AwsClients {
  readonly clock = new LatestClock()
  readonly #reach: AwsReach
  #iam: Promise<IAMClient> | undefined
  #sts: Promise<STSClient> | undefined
  #ssoAdmin: Promise<SSOAdminClient> | undefined
  #identityStore: Promise<IdentitystoreClient> | undefined

  constructor(reach: AwsReach) {
    this.#reach = reach
  }

  iam(): Promise<IAMClient> {
    this.#iam ??= this.#make(async (settings) => new (await import('@aws-sdk/client-iam')).IAMClient(settings))
    return this.#iam
  }

  sts(): Promise<STSClient> {
    this.#sts ??= this.#make(async (settings) => new (await import('@aws-sdk/client-sts')).STSClient(settings))
    return this.#sts
  }

  ssoAdmin(): Promise<SSOAdminClient> {
    this.#ssoAdmin ??= this.#make(
      async (settings) => new (await import('@aws-sdk/client-sso-admin')).SSOAdminClient(settings),
    )
    return this.#ssoAdmin
  }

  identityStore(): Promise<IdentitystoreClient> {
    this.#identityStore ??= this.#make(
      async (settings) => new (await import('@aws-sdk/client-identitystore')).IdentitystoreClient(settings),
    )
    return this.#identityStore
  }

  /** A client of its own for somebody else's credential: what a session is still let to do. */
  async stsWith(keys: SdkKeys): Promise<STSClient> {
    const { STSClient } = await import('@aws-sdk/client-sts')
    return new STSClient({ ...plainSettings(this.#reach), credentials: keys })
  }

  async #make<T>(make: (settings: ReturnType<typeof plainSettings>) => Promise<T>): Promise<T> {
    const credentials = await credentialsFor(this.#reach)
    return make({ ...plainSettings(this.#reach), ...(credentials && { credentials }) })
  }
}

export interface SdkKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

function plainSettings({ region, endpoint }: AwsReach) {
  const requestHandler = { connectionTimeout: CALL_DEADLINE_MS, requestTimeout: CALL_DEADLINE_MS }
  return { region, maxAttempts: 1, requestHandler, ...(endpoint === undefined ? {} : { endpoint }) }
}

/** Undefined: what the SDK finds by itself. */
async function credentialsFor(reach: AwsReach) {
  const { keys, assume } = reach
  const own: SdkKeys | undefined = keys && {
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey.reveal(),
    ...(keys.sessionToken && { sessionToken: keys.sessionToken.reveal() }),
  }
  if (assume === undefined) return own
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
  return fromTemporaryCredentials({
    ...(own && { masterCredentials: own }),
    params: {
      RoleArn: assume.roleArn,
      RoleSessionName: 'thand',
      ...(assume.externalId !== undefined && { ExternalId: assume.externalId }),
    },
    clientConfig: plainSettings(reach),
  })
}
