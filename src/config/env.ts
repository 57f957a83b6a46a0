import { nearestWord } from '../core/nearest-word.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Secret } from '../core/secret.ts'
import type { EnvironmentProblem, Given } from './env-problem.ts'
import { isStrict, productionProblems } from './env-production.ts'
import { environmentSchema, LOG_LEVELS, MODES } from './env-schema.ts'
import { type TeamsEnvironment, teamsOf, teamsProblems } from './env-teams.ts'

export interface Environment {
  readonly configPath: string
  readonly databaseUrl: Secret | undefined
  readonly migrationUrl: Secret | undefined
  readonly dataDirectory: string
  readonly trustedProxies: readonly string[]
  readonly port: number
  readonly host: string
  /** Without a slash at its end. */
  readonly url: string | undefined
  /** The newest first, each 32 bytes in base64. */
  readonly secretKeys: readonly Secret[]
  readonly slack: SlackEnvironment | undefined
  readonly teams: TeamsEnvironment | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
  /** The rules of production hold: by `NODE_ENV`, or because others can reach us. */
  readonly isProduction: boolean
}

export interface SlackEnvironment {
  readonly botToken: Secret
  /** The newest first. None where nothing comes over HTTP. */
  readonly signingSecrets: readonly Secret[]
  /** For Socket Mode. One of the two is there. */
  readonly appToken: Secret | undefined
  readonly apiUrl: string
}

/** The only reader of the environment. A variable that is set to nothing counts as not set. */
export function readEnvironment(env: NodeJS.ProcessEnv): Result<Environment, readonly EnvironmentProblem[]> {
  const given = withoutEmpty(env)
  const parsed = environmentSchema.safeParse(given)
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => problemOf(given, issue))),
    ...slackProblems(given),
    ...teamsProblems(given),
    ...pairProblems(given),
    ...(isStrict(given) ? productionProblems(given) : []),
  ]
  if (!parsed.success || problems.length > 0) return fail(oneEach(problems))
  return ok(environmentOf(parsed.data, isStrict(given)))
}

type Parsed = ReturnType<typeof environmentSchema.parse>

function environmentOf(parsed: Parsed, isProduction: boolean): Environment {
  const { SLACK_BOT_TOKEN: botToken } = parsed
  return {
    configPath: parsed.THAND_CONFIG,
    databaseUrl: parsed.DATABASE_URL,
    migrationUrl: parsed.THAND_MIGRATION_URL,
    dataDirectory: parsed.THAND_DATA_DIR,
    trustedProxies: parsed.THAND_TRUSTED_PROXIES,
    port: parsed.PORT,
    host: parsed.HOST,
    url: parsed.THAND_URL,
    secretKeys: parsed.THAND_SECRET_KEY,
    slack: botToken && {
      botToken,
      signingSecrets: parsed.SLACK_SIGNING_SECRET,
      appToken: parsed.SLACK_APP_TOKEN,
      apiUrl: parsed.SLACK_API_URL,
    },
    teams: teamsOf(parsed),
    logLevel: parsed.LOG_LEVEL,
    isProduction,
  }
}

function withoutEmpty(env: NodeJS.ProcessEnv): Given {
  const set = Object.entries(env).flatMap(([name, value]) => {
    const trimmed = value?.trim() ?? ''
    return trimmed === '' ? [] : [[name, trimmed] as const]
  })
  return Object.fromEntries(set)
}

function problemOf(
  given: Given,
  issue: { readonly path: PropertyKey[]; readonly message: string },
): EnvironmentProblem {
  const variable = String(issue.path[0])
  const known = { LOG_LEVEL: LOG_LEVELS, NODE_ENV: MODES }[variable]
  const suggestion = known && nearestWord(given[variable] ?? '', known)
  return { variable, expected: issue.message, ...(suggestion && { suggestion }) }
}

function slackProblems(given: Given): readonly EnvironmentProblem[] {
  const ways = ['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN']
  const isHeard = ways.some((name) => given[name] !== undefined)
  if (given['SLACK_BOT_TOKEN'] === undefined)
    return isHeard
      ? [{ variable: 'SLACK_BOT_TOKEN', expected: 'to be set as well: without it nothing can be said' }]
      : []
  const expected = 'to be set as well, or SLACK_APP_TOKEN for Socket Mode: without one of them nothing is heard'
  return isHeard ? [] : [{ variable: 'SLACK_SIGNING_SECRET', expected }]
}

function pairProblems(given: Given): readonly EnvironmentProblem[] {
  const missing = (variable: string, beside: string) =>
    given[beside] !== undefined && given[variable] === undefined
      ? [{ variable, expected: `to be set as well when ${beside} is` }]
      : []
  return [...missing('THAND_SECRET_KEY', 'DATABASE_URL'), ...missing('DATABASE_URL', 'THAND_MIGRATION_URL')]
}

function oneEach(problems: readonly EnvironmentProblem[]): readonly EnvironmentProblem[] {
  const seen = new Map(problems.toReversed().map((problem) => [problem.variable, problem]))
  return [...seen.values()].reverse()
}
