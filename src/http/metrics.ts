import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { AuditEvent } from '../core/audit.ts'
import type { Metrics } from '../ports/metrics.ts'
import type { Figures } from '../ports/store/figures.ts'
import { Gauges } from './gauges.ts'

export interface MetricsPage extends Metrics {
  readonly contentType: string
  /** In Prometheus' text format. What the database knows is at most 5 s old; without the database the rest is told. */
  page(figures: () => Promise<Figures>): Promise<string>
}

const LAG_SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600]
const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5]

/** The only place that knows the library. Each server has a registry of its own. */
export function createMetrics(): MetricsPage {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const record = recordCounters(registry)
  const gauges = new Gauges(registry)
  const answers = new Histogram({
    name: 'thand_http_answer_seconds',
    help: 'From the arrival of an HTTP request to its answer; the route /slack/events is the acknowledgement that Slack waits for',
    labelNames: ['route', 'status'],
    buckets: ANSWER_SECONDS,
    registers: [registry],
  })
  return {
    contentType: registry.contentType,
    recorded: record,
    answered: ({ route, status, seconds }) =>
      answers.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds),
    async page(figures) {
      const known = await gauges.page(figures)
      return `${await registry.metrics()}${known}`
    },
  }
}

/** Everything that is counted once it is committed is an event of the record already: nothing is counted beside it. */
function recordCounters(registry: Registry): (event: AuditEvent) => void {
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [registry] })
  const requests = counter('thand_requests_total', 'Requests that came to a state; pending: asked', ['state'])
  const asked = counter('thand_requests_asked_total', 'Requests by what was asked for', ['role'])
  const decisions = counter('thand_decisions_total', 'Votes that counted, by what was pressed or typed', [
    'vote',
    'way',
  ])
  const refused = counter('thand_votes_refused_total', 'Votes that were refused', ['code'])
  const moves = counter('thand_grants_moved_total', 'Grants that came to a state', ['state'])
  const writes = counter('thand_provider_writes_total', 'Writes at providers, by how they went', [
    'direction',
    'outcome',
  ])
  const lag = new Histogram({
    name: 'thand_revocation_lag_seconds',
    help: 'From when access was due to end to the read that showed it gone',
    buckets: LAG_SECONDS,
    registers: [registry],
  })
  return ({ name, detail = {} }) => {
    const word = (key: string) => String(detail[key] ?? 'none')
    const request = REQUEST_STATES.get(name)
    if (request !== undefined) requests.inc({ state: request })
    if (name === 'request_asked') asked.inc({ role: word('role') })
    if (name === 'vote_counted' || name === 'vote_withdrawn') decisions.inc({ vote: word('vote'), way: word('way') })
    if (name === 'vote_refused') refused.inc({ code: word('code') })
    const grant = GRANT_STATES.get(name)
    if (grant !== undefined) moves.inc({ state: grant })
    if (name === 'attempt_answered') writes.inc({ direction: word('direction'), outcome: word('outcome') })
    if (name === 'grant_revoked' && typeof detail['late_ms'] === 'number') lag.observe(detail['late_ms'] / 1000)
  }
}

const REQUEST_STATES: ReadonlyMap<AuditEvent['name'], string> = new Map([
  ['request_asked', 'pending'],
  ['request_approved', 'approved'],
  ['request_denied', 'denied'],
  ['request_cancelled', 'cancelled'],
  ['request_lapsed', 'lapsed'],
])

const GRANT_STATES: ReadonlyMap<AuditEvent['name'], string> = new Map([
  ['grant_planned', 'planned'],
  ['grant_granting', 'granting'],
  ['grant_active', 'active'],
  ['grant_revoking', 'revoking'],
  ['grant_revoked', 'revoked'],
])
