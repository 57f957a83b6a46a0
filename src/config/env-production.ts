import type { EnvironmentProblem, Given } from './env-problem.ts'
import { isLoopback, postgresParts } from './env-schema.ts'

/** In production, and wherever others than this machine can reach us, unless development is meant. */
export function isStrict(given: Given): boolean {
  if (given['NODE_ENV'] === 'production') return true
  return !isLoopback(given['HOST'] ?? '127.0.0.1') && given['THAND_DEVELOPMENT'] !== '1'
}

export function productionProblems(given: Given): readonly EnvironmentProblem[] {
  return [
    ...required(given, 'DATABASE_URL', 'to be set in production: the embedded database is for one machine'),
    ...required(given, 'THAND_SECRET_KEY', 'to be set in production'),
    ...required(given, 'THAND_URL', 'to be set in production'),
    ...['DATABASE_URL', 'THAND_MIGRATION_URL'].flatMap((variable) => withoutSslmode(given, variable)),
    ...[...ADDRESSES, ...sdkEndpoints(given)].flatMap((variable) => notHttps(given, variable)),
  ]
}

const ADDRESSES = ['THAND_URL', 'SLACK_API_URL', 'BotOpenIdMetadata', 'ToChannelFromBotLoginUrl']

/** What the SDK of AWS reads by itself, for all services or for one. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function sdkEndpoints(given: Given): readonly string[] {
  return Object.keys(given).filter((variable) => /^AWS_ENDPOINT_URL(?:_[A-Z0-9_]+)?$/.test(variable))
}

function required(given: Given, variable: string, expected: string): readonly EnvironmentProblem[] {
  return given[variable] === undefined ? [{ variable, expected }] : []
}

/** Drivers differ in what they do when nothing is said, and some then send the password in the clear. */
function withoutSslmode(given: Given, variable: string): readonly EnvironmentProblem[] {
  const parts = postgresParts(given[variable] ?? '')
  if (parts === undefined || parts.isLocal || parts.sslmode !== null) return []
  return [{ variable, expected: 'an sslmode for a host that is not this machine, such as ?sslmode=verify-full' }]
}

function notHttps(given: Given, variable: string): readonly EnvironmentProblem[] {
  const url = given[variable]
  if (url === undefined || URL.parse(url)?.protocol === 'https:') return []
  return [{ variable, expected: 'an https address in production' }]
}
