import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../../src/config/env.ts'

const KEY = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 7)).toString('base64')
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://thand:canary-password@db.acme.example/thand?sslmode=verify-full',
  THAND_URL: 'https://thand.acme.example/',
  THAND_SECRET_KEY: KEY,
}

const TLS = 'https://s3.acme.example'

const wrong = (env: NodeJS.ProcessEnv) => {
  const result = readEnvironment(env)
  return result.ok
    ? []
    : result.error.map(({ variable, suggestion }) => variable + (suggestion ? ` -> ${suggestion}` : ''))
}

test('nothing set is a server for this machine', () => {
  expect(readEnvironment({})).toEqual({
    ok: true,
    value: {
      configPath: './thand.yaml',
      databaseUrl: undefined,
      migrationUrl: undefined,
      dataDirectory: './.thand',
      trustedProxies: [],
      port: 3000,
      host: '127.0.0.1',
      url: undefined,
      secretKeys: [],
      slack: undefined,
      teams: undefined,
      logLevel: 'info',
      isProduction: false,
    },
  })
})

test('what is set is read, and prints as no secret', () => {
  const result = readEnvironment({
    ...PRODUCTION,
    THAND_SECRET_KEY: `${KEY}, ${KEY}`,
    SLACK_BOT_TOKEN: 'canary-bot',
    SLACK_SIGNING_SECRET: 'canary-new, canary-old',
    SLACK_API_URL: 'https://slack.acme.example/api',
    THAND_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    PORT: '0',
  })
  if (!result.ok) throw new Error(inspect(result))
  const { slack, ...rest } = result.value
  expect(slack?.signingSecrets.map((secret) => secret.reveal())).toEqual(['canary-new', 'canary-old'])
  expect(slack?.apiUrl).toBe('https://slack.acme.example/api/')
  expect(rest).toMatchObject({ port: 0, url: 'https://thand.acme.example', isProduction: true })
  expect(rest.trustedProxies).toEqual(['10.0.0.0/8', '::1'])
  expect(rest.secretKeys).toHaveLength(2)
  expect(inspect(result, { depth: 9 }) + JSON.stringify(result)).not.toMatch(/canary|BxAX/)
})

const unset = (...names: string[]) =>
  Object.fromEntries(Object.entries(PRODUCTION).filter(([name]) => !names.includes(name)))
const TEAMS = { MicrosoftAppId: 'x', MicrosoftAppPassword: 'y', MicrosoftAppTenantId: 't' }
const OUTSIDE = { HOST: '0.0.0.0' }
const REMOTE = 'postgres://thand@db.acme.example/thand'

describe('the rules', () => {
  test.each<[string, NodeJS.ProcessEnv, string[]]>([
    ['production as it should be', PRODUCTION, []],
    ['no database', unset('DATABASE_URL'), ['DATABASE_URL']],
    ['no address', unset('THAND_URL'), ['THAND_URL']],
    ['no key', unset('THAND_SECRET_KEY'), ['THAND_SECRET_KEY']],
    ['nothing but production', { NODE_ENV: 'production' }, ['DATABASE_URL', 'THAND_SECRET_KEY', 'THAND_URL']],
    ['a remote host without sslmode', { ...PRODUCTION, DATABASE_URL: REMOTE }, ['DATABASE_URL']],
    ['one in a parameter', { ...PRODUCTION, DATABASE_URL: 'postgres://localhost/t?host=db.evil' }, ['DATABASE_URL']],
    ['this machine without sslmode', { ...PRODUCTION, DATABASE_URL: 'postgres://t@localhost/t' }, []],
    ['a socket', { ...PRODUCTION, DATABASE_URL: 'postgres:///t?host=/var/run/postgresql' }, []],
    ['migration without sslmode', { ...PRODUCTION, THAND_MIGRATION_URL: REMOTE }, ['THAND_MIGRATION_URL']],
    ['an address without TLS', { ...PRODUCTION, THAND_URL: 'http://thand.acme.example' }, ['THAND_URL']],
    ['an endpoint without TLS', { ...PRODUCTION, SLACK_API_URL: 'http://127.0.0.1:1/api/' }, ['SLACK_API_URL']],
    ['open to others', OUTSIDE, ['DATABASE_URL', 'THAND_SECRET_KEY', 'THAND_URL']],
    ['open to others in development', { ...OUTSIDE, THAND_DEVELOPMENT: '1' }, []],
    [
      'development does not undo production',
      { ...OUTSIDE, NODE_ENV: 'production', THAND_DEVELOPMENT: '1' },
      ['DATABASE_URL', 'THAND_SECRET_KEY', 'THAND_URL'],
    ],
    ['open on all of IPv6', { HOST: '::' }, ['DATABASE_URL', 'THAND_SECRET_KEY', 'THAND_URL']],
    ['loopback of IPv6', { HOST: '::1' }, []],
    ['a database without a key', { DATABASE_URL: REMOTE }, ['THAND_SECRET_KEY']],
    ['only a migration', { THAND_MIGRATION_URL: REMOTE }, ['DATABASE_URL']],
    ['a bot token alone', { SLACK_BOT_TOKEN: 'x' }, ['SLACK_SIGNING_SECRET']],
    ['a signing secret alone', { SLACK_SIGNING_SECRET: 'x' }, ['SLACK_BOT_TOKEN']],
    ['Socket Mode: a bot token and an app token', { SLACK_BOT_TOKEN: 'x', SLACK_APP_TOKEN: 'y' }, []],
    ['an app token alone', { SLACK_APP_TOKEN: 'y' }, ['SLACK_BOT_TOKEN']],
    ['both ways', { SLACK_BOT_TOKEN: 'x', SLACK_APP_TOKEN: 'y', SLACK_SIGNING_SECRET: 'z' }, []],
    [
      'an empty signing secret among others',
      { SLACK_BOT_TOKEN: 'x', SLACK_SIGNING_SECRET: 'x,,y' },
      ['SLACK_SIGNING_SECRET'],
    ],
    ['the id of a Teams bot alone', { MicrosoftAppId: 'x' }, ['MicrosoftAppPassword', 'MicrosoftAppTenantId']],
    ['a Teams bot without its secret', { MicrosoftAppId: 'x', MicrosoftAppTenantId: 't' }, ['MicrosoftAppPassword']],
    ['a Teams bot', { MicrosoftAppId: 'x', MicrosoftAppPassword: 'y', MicrosoftAppTenantId: 't' }, []],
    [
      'blanks for a Teams bot',
      { ...PRODUCTION, MicrosoftAppId: '  ', MicrosoftAppType: 'SingleTenant' },
      ['MicrosoftAppId', 'MicrosoftAppPassword', 'MicrosoftAppTenantId'],
    ],
    ['a kind of Teams bot that is misspelt', { ...TEAMS, MicrosoftAppType: 'Singletenant' }, ['MicrosoftAppType']],
    [
      'Teams by an authority without TLS',
      { ...PRODUCTION, ...TEAMS, ToChannelFromBotLoginUrl: 'http://127.0.0.1:1/t' },
      ['ToChannelFromBotLoginUrl'],
    ],
    [
      'Teams by keys without TLS',
      { ...PRODUCTION, ...TEAMS, BotOpenIdMetadata: 'http://127.0.0.1:1/k' },
      ['BotOpenIdMetadata'],
    ],
    [
      'AWS by endpoints without TLS',
      { ...PRODUCTION, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_STS: 'x', AWS_ENDPOINT_URL_S3: TLS },
      ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_STS'],
    ],
    ['an endpoint of AWS, elsewhere', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, []],
    ['a host of a connector with a path', { ...TEAMS, TEAMS_SERVICE_HOSTS: 'a.example/x' }, ['TEAMS_SERVICE_HOSTS']],
    ['set to nothing', { SLACK_BOT_TOKEN: '', DATABASE_URL: ' ' }, []],
    ['no postgres', { DATABASE_URL: 'mysql://canary@db/x', THAND_SECRET_KEY: KEY }, ['DATABASE_URL']],
    ['a short key', { THAND_SECRET_KEY: 'AAAA' }, ['THAND_SECRET_KEY']],
    ['a key of zeros', { THAND_SECRET_KEY: Buffer.alloc(32).toString('base64') }, ['THAND_SECRET_KEY']],
    ['a port', { PORT: '70000' }, ['PORT']],
    ['a port in words', { PORT: '3000x' }, ['PORT']],
    ['a proxy', { THAND_TRUSTED_PROXIES: '10.0.0.0/33' }, ['THAND_TRUSTED_PROXIES']],
    ['any proxy by name', { THAND_TRUSTED_PROXIES: 'true' }, ['THAND_TRUSTED_PROXIES']],
    ['a level', { LOG_LEVEL: 'inf' }, ['LOG_LEVEL -> info']],
    ['a mode', { NODE_ENV: 'Production' }, ['NODE_ENV -> production']],
    ['many at once', { PORT: 'x', LOG_LEVEL: 'loud', THAND_URL: 'ftp://x' }, ['PORT', 'THAND_URL', 'LOG_LEVEL']],
  ])('%s', (_name, env, expected) => expect(wrong(env)).toEqual(expected))
})

test('no problem holds a value', () => {
  const names = [
    ...[
      'DATABASE_URL',
      'THAND_MIGRATION_URL',
      'THAND_TRUSTED_PROXIES',
      'PORT',
      'HOST',
      'THAND_URL',
      'THAND_SECRET_KEY',
    ],
    ...['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL', 'LOG_LEVEL', 'NODE_ENV', 'THAND_DEVELOPMENT'],
    ...['MicrosoftAppId', 'MicrosoftAppPassword', 'MicrosoftAppTenantId', 'BotOpenIdMetadata', 'TEAMS_SERVICE_HOSTS'],
    'AWS_ENDPOINT_URL',
  ]
  const result = readEnvironment(Object.fromEntries(names.map((name) => [name, 'canary value\u0000'])))
  expect(result.ok).toBe(false)
  expect(JSON.stringify(result)).not.toContain('canary')
})
