import type { Credential } from '../wire/credential.ts'
import type { Trouble } from './trouble.ts'

/** A session at AWS, as its SDKs name the parts. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Those of a credential that has them. A key without a session token would be one that never ends: it does not count. */
export function awsKeysOf({ environment }: Credential): AwsKeys | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined || AWS_SESSION_TOKEN === undefined)
    return undefined
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN }
}

/** What a `credential_process` prints: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
export function processAnswer(keys: AwsKeys, { expires_at }: Credential): string {
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expires_at,
  })
}

/** What a container credentials endpoint answers: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
export function endpointAnswer(keys: AwsKeys, { expires_at }: Credential): string {
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  return JSON.stringify({
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: expires_at,
  })
}

export function noAwsKeys(id: string): Trouble {
  return {
    code: 'no_aws_keys',
    message: `${id} gives no credential for AWS.`,
    hint: `What it gives: thand credentials ${id}`,
    exitCode: 1,
  }
}
