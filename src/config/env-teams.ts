import type { Secret } from '../core/secret.ts'
import type { EnvironmentProblem, Given } from './env-problem.ts'
import type { environmentSchema } from './env-schema.ts'

export interface TeamsEnvironment {
  readonly appId: string
  readonly password: Secret
  /** In lower case. */
  readonly tenant: string
  /** The document that names the keys of the channel. */
  readonly metadataUrl: string
  /** Without a slash at its end; its token endpoint is `/oauth2/v2.0/token` below it. */
  readonly authority: string
  /** Hosts of connectors beside Teams' own. */
  readonly serviceHosts: readonly string[]
}

const ALL = ['MicrosoftAppId', 'MicrosoftAppPassword', 'MicrosoftAppTenantId'] as const
const OTHERS = ['MicrosoftAppType', 'BotOpenIdMetadata', 'ToChannelFromBotLoginUrl', 'TEAMS_SERVICE_HOSTS']

export function teamsOf(parsed: ReturnType<typeof environmentSchema.parse>): TeamsEnvironment | undefined {
  const { MicrosoftAppId: appId, MicrosoftAppPassword: password, MicrosoftAppTenantId: tenant } = parsed
  if (appId === undefined || password === undefined || tenant === undefined) return undefined
  return {
    appId,
    password,
    tenant: tenant.toLowerCase(),
    metadataUrl: parsed.BotOpenIdMetadata,
    authority: parsed.ToChannelFromBotLoginUrl ?? `https://login.microsoftonline.com/${tenant}`,
    serviceHosts: parsed.TEAMS_SERVICE_HOSTS,
  }
}

/** With one of them missing the SDK would run without any authentication: so all, or none. */
export function teamsProblems(given: Given): readonly EnvironmentProblem[] {
  const isMeant = [...ALL, ...OTHERS].some((name) => given[name] !== undefined)
  if (!isMeant) return []
  const expected = 'to be set as well: Teams needs MicrosoftAppId, MicrosoftAppPassword and MicrosoftAppTenantId'
  return ALL.filter((name) => given[name] === undefined).map((variable) => ({ variable, expected }))
}
