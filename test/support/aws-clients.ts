import { IAMClient } from '@aws-sdk/client-iam'
import { IdentitystoreClient } from '@aws-sdk/client-identitystore'
import { SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { type AssumeRoleCommandOutput, STSClient } from '@aws-sdk/client-sts'
import type { AwsCloud } from '../doubles/aws/cloud.ts'
import type { UsableCredential } from '../doubles/aws/use-credential.ts'

/** The real clients, pointed at the double; with Thand's own key unless told. Nothing is repeated. */
export function awsClients(
  { url, region, credentials: own }: Pick<AwsCloud, 'url' | 'region' | 'credentials'>,
  credentials: UsableCredential = own,
) {
  const options = { endpoint: url, region, credentials, maxAttempts: 1 }
  return {
    iam: new IAMClient(options),
    sts: new STSClient(options),
    sso: new SSOAdminClient(options),
    store: new IdentitystoreClient(options),
  }
}

export function credentialIn({ Credentials: made }: AssumeRoleCommandOutput): Required<UsableCredential> {
  return {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  }
}

/** How a call was refused: the SDK's name of the error. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'none'
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}
