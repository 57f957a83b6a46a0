import type { Fault, GrantOrder, Provider, Receipt } from '../ports/provider.ts'
import { answerOf } from './answer-of.ts'
import { DEADLINE_MS, type Intended, type Outcome, SEND_WITHIN_MS, type Seen, type Work } from './work.ts'

/** Sends a write whose intent is committed, if the read that it follows is young enough still (rule 3). */
export async function sendWrite(work: Work, intended: Intended, seen: Seen): Promise<Outcome> {
  const { provider, slot, watch } = work
  const { write, attempt, own } = intended
  if (watch.nowMs() - seen.read.at > SEND_WITHIN_MS) return droppedNow(work, intended)
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const order: GrantOrder = { grant: write.grant, seen: seen.observation, ...own, signal }
  const call: Provider['raise'] = write.direction === 'raise' ? provider.raise : provider.lower
  const result = await answerOf<Receipt | undefined>(work, () => call.call(provider, slot, write.level, order))
  const told = own && { grant: write.grant, endsAt: own.endsAt }
  const base = { attempt, level: write.level, write, told, answeredAt: watch.nowMs() }
  return result.ok ? done(work, base, result.value) : failed(work, base, result.error)
}

/** It never left. */
export function droppedNow({ watch }: Work, { write, attempt }: Intended): Outcome {
  const nothing = { fault: undefined, receipt: undefined, landsBefore: 0 }
  return { attempt, level: write.level, write, outcome: 'dropped', answeredAt: watch.nowMs(), ...nothing }
}

type Base = Pick<Outcome, 'attempt' | 'level' | 'write' | 'told' | 'answeredAt'>

/** Done, but where reads lag not seen by one that is younger than that. */
function done({ provider }: Work, base: Base, receipt: Receipt | undefined): Outcome {
  const landsBefore = base.answeredAt + provider.timing.readLagMs
  return { ...base, outcome: 'done', fault: undefined, receipt, landsBefore }
}

function failed({ provider }: Work, base: Base, fault: Fault): Outcome {
  const { settleMs, readLagMs } = provider.timing
  const isCertain = fault.kind !== 'unknown'
  const landsBefore = isCertain ? base.answeredAt : base.answeredAt + settleMs + readLagMs
  return { ...base, outcome: isCertain ? 'refused' : 'unknown', fault, receipt: undefined, landsBefore }
}
