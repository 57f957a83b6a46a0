import type { Result } from '../core/result.ts'
import type { Fault, GrantOrder, Receipt } from '../ports/provider.ts'
import { DEADLINE_MS, type Intended, type Outcome, SEND_WITHIN_MS, type Seen, type Work } from './work.ts'

/** Sends a write whose intent is committed, if the read that it follows is young enough still (rule 3). */
export async function sendWrite(work: Work, { write, attempt }: Intended, seen: Seen): Promise<Outcome> {
  const { provider, slot, watch } = work
  const base = { attempt, level: write.level, write, fault: undefined, receipt: undefined }
  if (watch.nowMs() - seen.read.at > SEND_WITHIN_MS) {
    return { ...base, outcome: 'dropped', answeredAt: watch.nowMs(), landsBefore: 0 }
  }
  const order: GrantOrder = { grant: write.grant, seen: seen.observation, signal: AbortSignal.timeout(DEADLINE_MS) }
  const call = write.direction === 'raise' ? provider.raise : provider.lower
  const result: Result<Receipt | undefined, Fault> = await call.call(provider, slot, write.level, order)
  const answeredAt = watch.nowMs()
  const lastMoment = answeredAt + provider.timing.settleMs + provider.timing.readLagMs
  if (result.ok) return { ...base, outcome: 'done', receipt: result.value, answeredAt, landsBefore: answeredAt }
  const isCertain = result.error.kind !== 'unknown'
  return {
    ...base,
    outcome: isCertain ? 'refused' : 'unknown',
    fault: result.error,
    answeredAt,
    landsBefore: isCertain ? answeredAt : lastMoment,
  }
}
