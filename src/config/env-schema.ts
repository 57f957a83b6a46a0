import { isIP } from 'node:net'
import { z } from 'zod'
import { Secret } from '../core/secret.ts'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export const MODES = ['production', 'development', 'test'] as const

const POSTGRES = 'an address that begins with postgres:// and names a host and a database'
const KEYS = '32 random bytes in base64 (openssl rand -base64 32), several with commas between'

/** Messages are ours and hold no value: some of these are secrets. */
export const environmentSchema = z.object({
  THAND_CONFIG: z.string().default('./thand.yaml'),
  DATABASE_URL: field(POSTGRES, postgresUrl).optional(),
  THAND_MIGRATION_URL: field(POSTGRES, postgresUrl).optional(),
  THAND_DATA_DIR: z.string().default('./.thand'),
  THAND_TRUSTED_PROXIES: listField('addresses or CIDRs, such as 10.0.0.0/8, with commas between', network),
  PORT: field('a port from 0 to 65535', port).default(3000),
  HOST: field('an address or a host name to listen on', host).default('127.0.0.1'),
  THAND_URL: field('the public address, such as https://thand.acme.example', baseUrl).optional(),
  THAND_SECRET_KEY: listField(KEYS, secretKey),
  SLACK_BOT_TOKEN: field("the bot's token, without blanks", secret).optional(),
  SLACK_SIGNING_SECRET: listField('signing secrets, with commas between', secret),
  SLACK_APP_TOKEN: field('the app-level token, without blanks', secret).optional(),
  SLACK_API_URL: field('an address such as https://slack.com/api/', apiUrl).default('https://slack.com/api/'),
  MicrosoftAppId: field(
    'the application (client) id of the bot, such as 00000000-0000-0000-0000-000000000000',
    word,
  ).optional(),
  MicrosoftAppPassword: field("the bot's client secret, without blanks", secret).optional(),
  MicrosoftAppTenantId: field('the id of the tenant, such as 00000000-0000-0000-0000-000000000000', word).optional(),
  MicrosoftAppType: z.enum(['SingleTenant'], { error: 'SingleTenant, the one kind that can be registered' }).optional(),
  BotOpenIdMetadata: field(
    'an address such as https://login.botframework.com/v1/.well-known/openidconfiguration',
    baseUrl,
  ).default('https://login.botframework.com/v1/.well-known/openidconfiguration'),
  ToChannelFromBotLoginUrl: field('an address such as https://login.microsoftonline.com/<tenant>', baseUrl).optional(),
  TEAMS_SERVICE_HOSTS: listField('host names, or host:port, with commas between', hostAndPort),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  NODE_ENV: z.enum(MODES, { error: `one of ${MODES.join(', ')}` }).optional(),
  THAND_DEVELOPMENT: z.enum(['0', '1'], { error: '1, or not set' }).optional(),
})

function field<Value>(expected: string, parse: (written: string) => Value | undefined) {
  return z.string().transform((written, context) => {
    const value = parse(written)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })
}

function listField<Value>(expected: string, parse: (written: string) => Value | undefined) {
  return field(expected, (written): readonly Value[] | undefined => {
    const values = written.split(',').map((each) => parse(each.trim()))
    const valid = values.filter((value) => value !== undefined)
    return valid.length === values.length ? valid : undefined
  }).default([])
}

function postgresUrl(written: string): Secret | undefined {
  return postgresParts(written) === undefined ? undefined : new Secret(written)
}

/** Where it goes, and whether encryption was decided on. A socket has no host, or one that is a path. */
export function postgresParts(
  written: string,
): { readonly isLocal: boolean; readonly sslmode: string | null } | undefined {
  const url = URL.parse(written)
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol) || url.pathname.length < 2) return undefined
  const hosts = [decodeURIComponent(url.hostname), ...url.searchParams.getAll('host')]
  const isLocal = hosts.every((each) => each === '' || each.startsWith('/') || isLoopback(each))
  return { isLocal, sslmode: url.searchParams.get('sslmode') }
}

export function isLoopback(name: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(name)
}

function network(written: string): string | undefined {
  const [address = '', prefix, ...rest] = written.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return undefined
  const most = version === 4 ? 32 : 128
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most)
  return isPrefix ? written : undefined
}

function port(written: string): number | undefined {
  const number = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN
  return number <= 65_535 ? number : undefined
}

function host(written: string): string | undefined {
  return /^[\w.:-]{1,253}$/.test(written) ? written : undefined
}

function hostAndPort(written: string): string | undefined {
  return /^[a-z\d.-]{1,253}(?::\d{1,5})?$/i.test(written) ? written.toLowerCase() : undefined
}

function word(written: string): string | undefined {
  return /^[\w.-]{1,100}$/.test(written) ? written : undefined
}

function baseUrl(written: string): string | undefined {
  const url = webUrl(written)
  return url?.href.replace(/\/+$/, '')
}

function apiUrl(written: string): string | undefined {
  const url = webUrl(written)
  return url && (url.href.endsWith('/') ? url.href : `${url.href}/`)
}

function webUrl(written: string): URL | undefined {
  const url = URL.parse(written)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  return url.username || url.password || url.search || url.hash ? undefined : url
}

function secret(written: string): Secret | undefined {
  return /^[\x21-\x7e]+$/.test(written) ? new Secret(written) : undefined
}

const DIFFERENT_BYTES_MIN = 12

/** A key out of a text book, such as 32 zeros, is none. */
function secretKey(written: string): Secret | undefined {
  const bytes = Buffer.from(written, 'base64')
  const isExact = bytes.length === 32 && bytes.toString('base64') === written
  return isExact && new Set(bytes).size >= DIFFERENT_BYTES_MIN ? new Secret(written) : undefined
}
