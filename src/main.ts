import { randomBytes } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { awsEngine } from '../providers/aws/engine.ts'
import { githubEngine } from '../providers/github/engine.ts'
import type { Config } from './config/config.ts'
import type { Environment } from './config/env.ts'
import { LiveConfiguration, type NeedsRestart } from './config/live-configuration.ts'
import { reasonMatches } from './config/reason-pattern.ts'
import { fail, ok, type Result } from './core/result.ts'
import { createDirectory } from './directory/create-directory.ts'
import { openDoors } from './doors.ts'
import { agentApi } from './http/agent-api.ts'
import { createServer } from './http/create-server.ts'
import { createMetrics, type MetricsPage } from './http/metrics.ts'
import type { AccountOf, Inbound, Kept } from './ports/chat.ts'
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
import type { Deps } from './usecases/deps.ts'
import { keepAnswer } from './usecases/keep-answer.ts'
import { createLineLimit } from './usecases/line-limit.ts'
import { receiveInbound } from './usecases/receive-inbound.ts'

/** The kinds of providers that this server knows. */
export const engines = [githubEngine, awsEngine] as const

export interface Running {
  readonly url: string
  /** Another configuration for all parts at once, or none of it. Throws when the database cannot be reached. */
  reload(config: Config): Promise<Result<undefined, NeedsRestart>>
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
  const metrics = createMetrics()
  const opened = await openStore(environment, (event) => {
    const { name, ...rest } = event
    log.info({ audit: true, ...rest }, name)
    metrics.recorded(event)
  })
  if (!opened.ok) return fail(opened.error)
  const store = wrapping.store?.(opened.value) ?? opened.value
  const wrap = wrapping.provider ?? ((provider: Provider) => provider)
  const live = await LiveConfiguration.begin({ store, log, open: (each) => wrap(each.open({ log })) }, config)
  return ok(await startParts({ environment, log, store, live, metrics }))
}

interface Ground {
  readonly environment: Environment
  readonly log: FastifyBaseLogger
  readonly store: Store
  readonly live: LiveConfiguration
  readonly metrics: MetricsPage
}

async function startParts({ environment, log, store, live, metrics }: Ground): Promise<Running> {
  const accountOn =
    (platform: string): AccountOf =>
    (person) =>
      directory.accountOf(person, platform)
  const doors = await openDoors({ environment, settings: live.settings, store, log, accountOn })
  const lookups = new Map(doors.map(({ id, lookup }) => [id, lookup]))
  const platforms = new Map(doors.map((door) => [door.id, door]))
  const directory: Directory = createDirectory(live.reading({ store, lookups, log }))
  const secretKeys = secretKeysOf(environment)
  const chance = { randomBytes, random: Math.random }
  const same = { directory, platforms, reasonMatches, ...chance, sealing: createSealing(secretKeys), log }
  const deps: SweeperDeps = live.reading({ ...same, store })
  const sweeper = createSweeper(live.reading({ ...same, store: store.apart() }))
  const lines = createLineLimit(() => live.settings.limits.commandsPerMinute, Date.now)
  const asking = createAskAgain(deps)
  const during = <T>(work: (now: Deps) => Promise<T>) => live.during((now) => work({ ...same, store, ...now }))
  const receive = (inbound: Inbound) => during((now) => receiveInbound({ ...now, lines }, inbound))
  const kept = (answer: Kept) => during((now) => keepAnswer(now, answer))
  for (const door of doors) await door.start({ receive, noticed: asking.about, kept })
  const ofApi = { ...same, store, lines, during, secretKeys, publicUrl: environment.url, clock: Date.now }
  const server = await createServer({
    log,
    trustedProxies: environment.trustedProxies,
    mounts: [...doors.map(({ plugin }) => plugin), agentApi(live.reading(ofApi))],
    notReady: () => live.missing(),
    metrics,
    figures: () => store.transact((tx) => tx.figures()),
  })
  await sweeper.start()
  asking.start()
  const url = await server.listen({ port: environment.port, host: environment.host })
  const reload = async (next: Config) => {
    const loaded = await live.load(next)
    if (loaded.ok) asking.start()
    return loaded
  }
  const stop = async () => {
    await server.close()
    for (const platform of platforms.values()) await platform.stop()
    await Promise.all([asking.stop(), sweeper.stop()])
    await store.close()
  }
  return { url, reload, stop }
}
