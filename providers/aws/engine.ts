import type { Provider, ProviderDeps, ProviderEngine } from '../../src/ports/provider.ts'
import { AccountProvider } from './account-provider.ts'
import { type AwsConfig, parseAwsConfig } from './config.ts'

/** An account of AWS with its IAM, or an Identity Center, through the SDK: https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/ */
export const awsEngine = {
  name: 'aws',
  parseConfig: parseAwsConfig,
  open: (_key: string, config: AwsConfig, _deps: ProviderDeps): Provider => {
    if (config.kind === 'account') return new AccountProvider(config)
    throw new Error('an Identity Center cannot be opened yet')
  },
} satisfies ProviderEngine<AwsConfig>
