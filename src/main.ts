import { randomBytes } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { createSlackPlatform } from '../bots/slack/slack-platform.ts'
import { githubEngine } from '../providers/github/engine.ts'
import type { Config } from './config/config.ts'
import type { Environment } from './config/env.ts'
import { reasonMatches } from './config/reason-pattern.ts'
import { configurationRecord } from './config/record.ts'
import { fail, ok, type Result } from './core/result.ts'
import { createDirectory } from './directory/create-directory.ts'
import { agentApi } from './http/agent-api.ts'
import { createServer } from './http/create-server.ts'
import type { Directory } from './ports/directory.ts'
import type { Provider } from './ports/provider.ts'
import type { Store } from './ports/store/store.ts'
import { createSealing } from './store/create-sealing.ts'
import type { DirectoryInUse } from './store/lock-directory.ts'
import { openStore } from './store/open-store.ts'
import { secretKeysOf } from './store/secret-keys.ts'
import { createAskAgain } from './sweeper/ask-again.ts'
import { createSweeper } from './sweeper/create-sweeper.ts'
import type { SweeperDeps } from './sweeper/deps.ts'
import { createLineLimit } from './usecases/line-limit.ts'
import { receiveInbound } from './usecases/receive-inbound.ts'

/** The kinds of providers that this server knows. */
export const engines = [githubEngine] as const

export interface Running {
  readonly url: string
  stop(): Promise<void>
}

/** What a test may put between the parts; the product passes nothing. */
export interface Wrapping {
  readonly store?: (store: Store) => Store
  readonly provider?: (provider: Provider) => Provider
}

type Started = Result<Running, DirectoryInUse>

export async function startServer(
  environment: Environment,
  config: Config,
  log: FastifyBaseLogger,
  wrapping: Wrapping = {},
): Promise<Started> {
  const opened = await openStore(environment, ({ name, ...event }) => log.info({ audit: true, ...event }, name))
  if (!opened.ok) return fail(opened.error)
  const store = wrapping.store?.(opened.value) ?? opened.value
  const providers = providersOf(config, log, wrapping)
  const slack = slackOf(environment, config, log, (person) => directory.accountOf(person, 'slack'))
  const lookups = new Map(slack === undefined ? [] : [[slack.id, slack.lookup]])
  const directory: Directory = createDirectory({ settings: config, store, lookups, log })
  const platforms = new Map(slack === undefined ? [] : [[slack.id, slack]])
  const deps: SweeperDeps = {
    store,
    settings: config,
    directory,
    providers,
    platforms,
    reasonMatches,
    randomBytes,
    random: Math.random,
    sealing: createSealing(secretKeysOf(environment)),
    log,
  }
  await store.transact((tx) => recordConfiguration(tx, config))
  await nameUnreachable(deps)
  const sweeper = createSweeper({ ...deps, store: store.apart() })
  const lines = createLineLimit(config.limits.commandsPerMinute, Date.now)
  const secretKeys = secretKeysOf(environment)
  const api = agentApi({ ...deps, lines, secretKeys, publicUrl: environment.url, clock: Date.now })
  const asking = createAskAgain(deps)
  for (const platform of platforms.values())
    await platform.start((inbound) => receiveInbound({ ...deps, lines }, inbound), asking.about)
  const notReady = () => missingOf(store, config.hash)
  const mounts = slack === undefined ? [api] : [slack.plugin, api]
  const server = await createServer({ log, trustedProxies: environment.trustedProxies, mounts, notReady })
  await sweeper.start()
  asking.start()
  const url = await server.listen({ port: environment.port, host: environment.host })
  const stop = async () => {
    await server.close()
    for (const platform of platforms.values()) await platform.stop()
    await Promise.all([asking.stop(), sweeper.stop()])
    await store.close()
  }
  return ok({ url, stop })
}

function providersOf(config: Config, log: FastifyBaseLogger, { provider: wrap }: Wrapping): Map<string, Provider> {
  const opened = config.providers.map((each) => [each.key, each.open({ log })] as const)
  return new Map(opened.map(([key, provider]) => [key, wrap?.(provider) ?? provider]))
}

function slackOf(
  environment: Environment,
  config: Config,
  log: FastifyBaseLogger,
  accountOf: Parameters<typeof createSlackPlatform>[0]['accountOf'],
) {
  const { slack } = environment
  const { team } = config.identity.slack ?? {}
  if (slack === undefined || team === undefined) return undefined
  return createSlackPlatform({ ...slack, team, accountOf, log })
}

async function recordConfiguration(tx: Parameters<Parameters<Store['transact']>[0]>[0], config: Config): Promise<void> {
  const content = configurationRecord(config)
  const isNew = await tx.loadConfiguration({ hash: config.hash, content })
  await tx.record({ name: 'configuration_loaded', actor: 'system', detail: { hash: config.hash, is_new: isNew } })
}

/** Rule 6: grants of a provider that was removed or points elsewhere are named at start. */
async function nameUnreachable({ store, providers, log }: SweeperDeps): Promise<void> {
  const instances = [...providers.values()].map((provider) => provider.instance)
  const grants = await store.transact((tx) => tx.grants.unreachable(instances))
  for (const grant of grants)
    log.error({ grant: grant.id, provider: grant.providerKey, instance: grant.instance }, 'grant_unreachable')
}

async function missingOf(store: Store, hash: string): Promise<readonly string[]> {
  const last = await store.transact((tx) => tx.loadedLast()).catch(() => null)
  if (last === null) return ['database']
  return last === hash ? [] : ['configuration']
}
