import type { CredentialIssuer } from '../../src/ports/credential-issuer.ts'
import type { HolderList, Provider, ProviderDeps, ProviderEngine } from '../../src/ports/provider.ts'
import { type GithubConfig, parseGithubConfig } from './config.ts'
import { GithubProvider } from './provider.ts'

/** Roles in an organisation of GitHub and in its teams, and tokens for its repositories, through https://docs.github.com/en/rest */
export const githubEngine = {
  name: 'github',
  parseConfig: parseGithubConfig,
  open: (_key: string, config: GithubConfig, _deps: ProviderDeps): Provider & HolderList & CredentialIssuer =>
    new GithubProvider(config),
} satisfies ProviderEngine<GithubConfig>
