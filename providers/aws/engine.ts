import type { Provider, ProviderDeps, ProviderEngine, Spreading } from '../../src/ports/provider.ts'
import { AccountProvider } from './account-provider.ts'
import { type AwsConfig, parseAwsConfig } from './config.ts'
import { IdentityCenterProvider } from './identity-center-provider.ts'
import { spreadAccounts } from './spread.ts'

/** An account of AWS with its IAM, or an Identity Center, through the SDK: https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/ */
export const awsEngine = {
  name: 'aws',
  parseConfig: parseAwsConfig,
  spread: spreadAccounts,
  open: (_key: string, config: AwsConfig, _deps: ProviderDeps): Provider =>
    config.kind === 'account' ? new AccountProvider(config) : new IdentityCenterProvider(config),
} satisfies ProviderEngine<AwsConfig> & Spreading
