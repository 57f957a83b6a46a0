import { afterEach, beforeEach, expect, test } from 'vitest'
import { awsEngine } from '../../providers/aws/engine.ts'
import { githubEngine } from '../../providers/github/engine.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Role } from '../../src/core/role.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Logger } from '../../src/ports/log.ts'
import type { Fault, Provider } from '../../src/ports/provider.ts'
import type { Store, Tx } from '../../src/ports/store/store.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { keepHouse } from '../../src/sweeper/keep-house.ts'
import { loaded } from '../config/load.ts'
import { AWS_ROLES, withAws } from '../support/aws-stage.ts'
import { newPostgresDatabase } from '../support/databases.ts'
import { standardConfig } from '../support/standard-config.ts'

const MINUTE_MS = 60_000
const ENV = { GITHUB_TOKEN: 'x', AWS_DOUBLE: 'https://aws.acme.example', AWS_KEY: 'x', AWS_SECRET: 'x' }
/** What a provider answers when it is asked to tidy. */
type Tidy = () => Promise<Result<number, Fault>>
type Line = readonly [level: string, event: string | undefined, fields: Readonly<Record<string, unknown>>]

let stores: readonly Store[]
let roles: readonly Role[]
let opened: ReadonlyMap<string, Provider>
/** The time of the database. */
let now: number
/** Each call of a housekeeper: its key, and the scopes that it was told. */
let calls: (readonly [key: string, scopes: readonly string[]])[]
let lines: Line[]
beforeEach(async () => {
  const url = new Secret(await newPostgresDatabase())
  const first = await openPostgres(url, { migrate: true })
  stores = [first, await openPostgres(url, { migrate: false })]
  const other = AWS_ROLES.replaceAll(/^ {2}([\w-]+):$/gm, '  other-$1:')
    .replaceAll('providers: [aws]', 'providers: [aws2]')
    .replaceAll('acme-reports', 'acme-books')
    .replaceAll('111122223333', '444455556666')
  const yaml = withAws(standardConfig({ url: 'https://api.github.com' }, { roles: AWS_ROLES + other }))
  const [, entry = ''] = /(\n {2}aws:\n(?: {4}.*\n)+)/.exec(yaml) ?? []
  const second = entry.replace('aws:', 'aws2:').replace('111122223333', '444455556666')
  const config = await loaded(yaml.replace(entry, entry + second.slice(1)), {
    env: ENV,
    engines: [awsEngine, githubEngine],
  })
  roles = config.roles
  const log = logger()
  opened = new Map(config.providers.map((each) => [each.key, each.open({ log })]))
  now = Date.UTC(2026, 0, 1, 12, 0, 15)
  calls = []
  lines = []
})
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()))
})

function logger(): Logger {
  const log: Logger = { ...said(), child: () => log }
  return log
}

function said() {
  const say = (level: string) => (fields: Readonly<Record<string, unknown>>, event?: string) =>
    void lines.push([level, event, fields])
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

/** The minute in which a replica looks, however long the test takes. */
function at(store: Store, time: number): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'transact')
        return <T>(work: (tx: Tx) => Promise<T>) =>
          store.transact((tx) =>
            work(new Proxy(tx, { get: (of, part) => (part === 'now' ? time : Reflect.get(of, part)) })),
          )
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** One replica looks once. Those that keep house are `aws` and `aws2`; GitHub keeps none. */
function look(replica: number, answers: Readonly<Record<string, Tidy>> = {}): Promise<void> {
  const store = stores[replica]
  if (store === undefined) throw new Error(`no replica ${replica}`)
  const providers = new Map(
    [...opened].map(([key, provider]) => {
      const tidy = (scopes: readonly string[]) => {
        calls.push([key, scopes])
        return answers[key]?.() ?? Promise.resolve(ok(0))
      }
      const told = new Proxy(provider, {
        get: (of, name) => (name === 'tidy' && 'tidy' in of ? tidy : Reflect.get(of, name)),
      })
      return [key, told]
    }),
  )
  return keepHouse({ store: at(store, now), providers, settings: { roles }, log: logger() })
}

const keys = () => calls.map(([key]) => key).sort()
const events = () => lines.map(([level, event, fields]) => [level, event, fields['instance']])

test('each housekeeper is told the scopes of all its own roles, and of no other’s; who keeps no house is not asked', async () => {
  await look(0)
  expect(keys()).toEqual(['aws', 'aws2'])
  for (const [key, scopes] of calls) {
    const own = roles.filter(({ provider }) => provider === key).flatMap(({ entitlement }) => entitlement?.scope ?? [])
    expect(own).toHaveLength(1)
    expect(scopes).toEqual(own)
    expect(scopes[0]).toContain(key === 'aws' ? 'acme-reports' : 'acme-books')
  }
})

test('in each minute one replica looks, once, however many come at the same moment', async () => {
  await Promise.all([look(0), look(1), look(0), look(1)])
  now += 44_000
  await look(1)
  expect(keys()).toEqual(['aws', 'aws2'])
  now += 1000
  await Promise.all([look(1), look(0)])
  expect(keys()).toEqual(['aws', 'aws', 'aws2', 'aws2'])
})

test('one that refuses and one that throws keep nobody waiting, are in the log, and are asked again a minute later', async () => {
  const instance = (key: string) => opened.get(key)?.instance
  await look(0, {
    aws: () => Promise.resolve(fail({ kind: 'throttled', retryAfterSeconds: 9 })),
    aws2: () => Promise.resolve(ok(3)),
  })
  expect(events().sort()).toEqual([
    ['info', 'house_kept', instance('aws2')],
    ['warn', 'keep_house_failed', instance('aws')],
  ])
  expect(lines.find(([, event]) => event === 'keep_house_failed')?.[2]['reason']).toBe('AWS asks to wait 9 s')
  now += MINUTE_MS
  lines = []
  await look(1, { aws: () => Promise.reject(new Error('a bug')) })
  expect(events()).toEqual([['error', 'provider_threw', instance('aws')]])
  now += MINUTE_MS
  await look(0)
  expect(keys()).toEqual(['aws', 'aws', 'aws', 'aws2', 'aws2', 'aws2'])
})
