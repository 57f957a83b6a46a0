import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify'

import type { Figures } from '../ports/store/figures.ts'
import type { MetricsPage } from './metrics.ts'

export interface ServerOptions {
  readonly log: FastifyBaseLogger
  /** Peers whose `X-Forwarded-*` is believed; empty = nobody's. */
  readonly trustedProxies: readonly string[]
  /** What platforms bring, such as `POST /slack/events`. */
  readonly mounts: readonly FastifyPluginAsync[]
  /** Why this process cannot do its work at the moment; empty = it can. */
  readonly notReady: () => Promise<readonly string[]>
  readonly metrics: MetricsPage
  readonly figures: () => Promise<Figures>
}

const SLOWEST_REQUEST_MS = 15_000
/**
 * Node looks for slow senders every 30 s unless told, and lets a slow body pass while the time for the head is longer than
 * that for the whole. Fastify sets neither: https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener
 */
const SLOW_SENDERS = {
  connectionsCheckingInterval: 1_000,
  headersTimeout: SLOWEST_REQUEST_MS,
  requestTimeout: SLOWEST_REQUEST_MS,
}
const BODY_MAX_BYTES = 64 * 1024

/** Everything that listens. Slow senders are cut off; nothing here changes state by a GET. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: SLOWEST_REQUEST_MS,
    connectionTimeout: SLOWEST_REQUEST_MS,
    http: SLOW_SENDERS,
    forceCloseConnections: 'idle',
  })
  server.get('/healthz', async () => ({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    const missing = await options.notReady()
    return reply
      .code(missing.length === 0 ? 200 : 503)
      .send({ status: missing.length === 0 ? 'ready' : 'not_ready', missing })
  })
  addMetrics(server, options)
  for (const mount of options.mounts) await server.register(mount)
  return server
}

/** `GET /metrics` needs no login, as Prometheus expects: it tells no secret and nothing about anybody. Whoever exposes it guards it. */
function addMetrics(server: FastifyInstance, { metrics, figures }: ServerOptions): void {
  server.addHook('onResponse', async ({ routeOptions: { url } }, reply) => {
    metrics.answered({ route: url ?? 'none', status: reply.statusCode, seconds: reply.elapsedTime / 1000 })
  })
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.page(figures)))
}
