import { afterWrite } from '../core/protocol/after-write.ts'
import type { Write } from '../core/protocol/facts.ts'
import type { Fault } from '../ports/provider.ts'
import type { Tx } from '../ports/store/store.ts'
import { tellNotGranted } from './drop-changed.ts'
import { errorOf } from './error-of.ts'
import { faultWords } from './fault-words.ts'
import { load, release } from './release.ts'
import { tellProgress } from './tell-progress.ts'
import type { Outcome, Seen, Work } from './work.ts'

/**
 * The sender says how it went, whatever has become of its claim; all else only while the claim is its own. Where that
 * fails only the outcome is kept: what was read grows old, and the next round reads anew.
 */
export async function writeBack(work: Work, sent: Outcome, again: Seen | Fault | undefined): Promise<void> {
  try {
    await work.deps.store.transact((tx) => conclude(tx, work, sent, again))
  } catch (error) {
    work.deps.log.error({ ...placeOf(work), error: errorOf(error) }, 'write_back_failed')
    await sayOutcome(work, sent)
  }
}

/** Nobody else can know how a write of this process went: an attempt that nobody answers keeps its slot waiting. */
export function sayOutcome(work: Work, sent: Outcome): Promise<void> {
  const { deps, insistence } = work
  return insistence.insist(
    () => deps.store.transact((tx) => answer(tx, work, sent)),
    (error) => deps.log.error({ ...placeOf(work), error: errorOf(error) }, 'outcome_not_stored'),
  )
}

function placeOf({ claimed }: Work) {
  return { slot: claimed.name, instance: claimed.instance }
}

function answer(tx: Tx, { claimed, provider }: Work, sent: Outcome): Promise<void> {
  const { attempt, write, outcome, fault, receipt, landsBefore } = sent
  const detail = fault === undefined ? undefined : faultWords(fault, provider.vendor)
  const words = { slot: claimed.name, ...write, outcome, ...(detail === undefined ? {} : { detail }) }
  const event = { name: 'attempt_answered', actor: 'timer', subject: write.grant, detail: words } as const
  return tx.slots.answered(attempt, { outcome, detail, receipt, landsBeforeMs: Math.max(landsBefore, 0), event })
}

async function conclude(tx: Tx, work: Work, sent: Outcome, again: Seen | Fault | undefined): Promise<void> {
  const { claimed } = work
  const { write, fault } = sent
  const before = await load(tx, work)
  await answer(tx, work, sent)
  if (before === undefined) return
  const after = structuredClone(before)
  const seen = again === undefined || 'kind' in again ? undefined : again.read
  const reports = afterWrite(after, sent, seen, tx.now)
  await tx.slots.save(claimed, { before, after, seenAt: seen?.at ?? tx.now, actor: 'timer' })
  await tellProgress(tx, work, { before, after, reports })
  const late = again !== undefined && 'kind' in again ? again : undefined
  await release(tx, work, { before, after, level: seen?.level, fault: fault ?? late })
  if (fault?.kind === 'refused' && write.direction === 'raise') await giveUp(tx, work, write, fault)
}

/** Rule 7: a final no to a grant ends it after the first try, in words that a person can act on. */
async function giveUp(
  tx: Tx,
  { claimed }: Work,
  write: Write,
  fault: Extract<Fault, { kind: 'refused' }>,
): Promise<void> {
  const grant = await tx.grants.lock(write.grant)
  if (grant?.state !== 'granting') return
  const failure = { code: fault.code, detail: fault.detail }
  const detail = { why: 'failed', slot: claimed.name, ...failure }
  const event = { name: 'grant_revoking', actor: 'timer', subject: grant.id, detail } as const
  await tx.grants.move({ id: grant.id, from: 'granting', to: 'revoking', endedHow: 'failed', failure }, event)
  await tellNotGranted(tx, grant.id)
  await tx.nudge()
}
