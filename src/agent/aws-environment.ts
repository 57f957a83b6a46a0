import { readFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { configFilePath } from './aws-config-file.ts'
import { defaultProfileHasKeys } from './aws-profile.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What an SDK of AWS may take in place of ours. A profile counts before keys of the environment for some of them (JavaScript), the
 * old name of the session token before the new one for others (Python):
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
const OF_OTHERS = new Set([
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION', 'AWS_ACCOUNT_ID'],
  ...['AWS_ACCESS_KEY', 'AWS_SECRET_KEY', 'AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_SCOPE'],
  ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ...['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  ...['AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
])
const KEYS = new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])

/** An environment in which no other credential for AWS counts before the one that is put into it. */
export function withoutAwsCredentials(env: Environment): Environment {
  const isOthers = (name: string) => OF_OTHERS.has(name) || name.startsWith('AWS_BEARER_TOKEN_')
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOthers(name.toUpperCase())))
}

export interface EndpointPlace {
  readonly url: string
  readonly token: string
}

/**
 * The same with an endpoint in place of keys. Every SDK asks it last, so the files come out too as far as they hold credentials:
 * standing keys of a default profile would be used in place of ours, and nobody would notice.
 */
export function withEndpoint(env: Environment, { url, token }: EndpointPlace, given: Environment): Environment {
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !KEYS.has(name)))
  return {
    ...withoutAwsCredentials(env),
    ...rest,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...(hidesConfig(env) && { AWS_CONFIG_FILE: devNull }),
  }
}

function hidesConfig(env: Environment): boolean {
  try {
    return defaultProfileHasKeys(readFileSync(configFilePath(env), 'latin1'))
  } catch {
    // None there, or none that can be read: the SDK will not find more in it.
    return false
  }
}
