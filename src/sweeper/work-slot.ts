import { afterRead } from '../core/protocol/after-read.ts'
import { afterWrite } from '../core/protocol/after-write.ts'
import type { SlotFacts, Write } from '../core/protocol/facts.ts'
import type { Fault, Provider } from '../ports/provider.ts'
import type { ClaimedSlot } from '../ports/store/slots.ts'
import type { Tx } from '../ports/store/store.ts'
import type { SweeperDeps } from './deps.ts'
import { dropChanged, tellNotGranted } from './drop-changed.ts'
import { faultWords } from './fault-words.ts'
import { nextTry } from './next-try.ts'
import { sendWrite } from './send-write.ts'
import { Stopwatch } from './stopwatch.ts'
import { tellProgress } from './tell-progress.ts'
import { DEADLINE_MS, type Intended, type Outcome, SEND_WITHIN_MS, type Seen, type Work } from './work.ts'

const UNCONFIGURED_RETRY_MS = 30_000

/**
 * One round on a claimed slot. Whatever happens, the claim is given back or is free within 10 s.
 * Answers what kept it from being done, when that lies with the provider as a whole.
 */
export async function workSlot(deps: SweeperDeps, claimed: ClaimedSlot, nowMs: number): Promise<Fault | undefined> {
  const provider = providerOf(deps, claimed)
  if (provider === undefined) return leave(deps, claimed)
  const subject = { id: claimed.subjectId, login: claimed.subjectLogin }
  const slot = { instance: claimed.instance, subject, name: claimed.name }
  const work: Work = { deps, provider, claimed, slot, watch: new Stopwatch(nowMs) }
  const seen = await read(work)
  const write = await intend(work, seen)
  if ('kind' in seen) return seen
  if (write === undefined) return undefined
  const sent = await sendWrite(work, write, seen)
  const again = sent.outcome === 'dropped' ? undefined : await read(work)
  await writeBack(work, sent, again)
  return sent.fault?.kind === 'refused' ? undefined : sent.fault
}

/** By what is pinned, the instance: under another key in the configuration it is the same system still. */
function providerOf({ providers }: SweeperDeps, { providerKey, instance }: ClaimedSlot): Provider | undefined {
  const named = providers.get(providerKey)
  return named?.instance === instance ? named : [...providers.values()].find((one) => one.instance === instance)
}

async function read({ provider, slot, watch }: Work): Promise<Seen | Fault> {
  const at = watch.nowMs()
  const result = await provider.observe(slot)
  if (!result.ok) return result.error
  const { kind, level } = result.value
  return { read: { at, level, isInvitation: kind === 'invited' }, observation: result.value }
}

/** Commits what the read means; with it, the intent of the one write that follows, if any. */
function intend(work: Work, seen: Seen | Fault): Promise<Intended | undefined> {
  const { deps, claimed } = work
  return deps.store.transact(async (tx) => {
    const loaded = await load(tx, work)
    if (loaded === undefined) return undefined
    const before = (await dropChanged(tx, deps, loaded)) ? await load(tx, work) : loaded
    if (before === undefined) return undefined
    const after = structuredClone(before)
    if ('kind' in seen) {
      await release(tx, work, { before, after, fault: seen })
      return undefined
    }
    const plan = afterRead(after, seen.read, tx.now)
    await tx.slots.save(claimed, { before, after, seenAt: seen.read.at, actor: 'timer' })
    await tellProgress(tx, work, { before, after, reports: plan.reports })
    if (plan.write === undefined) {
      await release(tx, work, { before, after, fault: undefined })
      return undefined
    }
    return { write: plan.write, attempt: await storeIntent(tx, work, plan.write) }
  })
}

function storeIntent(tx: Tx, { claimed, provider }: Work, write: Write): Promise<number> {
  const { settleMs, readLagMs } = provider.timing
  const detail = { slot: claimed.name, instance: claimed.instance, account: claimed.subjectId, ...write }
  const times = { lastSendMs: SEND_WITHIN_MS, deadlineMs: DEADLINE_MS, settleMs, lagMs: readLagMs }
  return tx.slots.intend(claimed, write, times, {
    name: 'attempt_intended',
    actor: 'timer',
    subject: write.grant,
    detail,
  })
}

/** The sender says how it went, whatever has become of its claim; all else only while the claim is its own. */
function writeBack(work: Work, sent: Outcome, again: Seen | Fault | undefined): Promise<void> {
  const { deps, claimed, provider } = work
  return deps.store.transact(async (tx) => {
    const { write, outcome, fault, receipt } = sent
    const detail = fault === undefined ? undefined : faultWords(fault, provider.vendor)
    const event = {
      name: 'attempt_answered',
      actor: 'timer',
      subject: write.grant,
      detail: { slot: claimed.name, ...write, outcome, ...(detail === undefined ? {} : { detail }) },
    } as const
    const before = await load(tx, work)
    await tx.slots.answered(sent.attempt, {
      outcome,
      detail,
      receipt,
      landsBeforeMs: Math.max(sent.landsBefore, 0),
      event,
    })
    if (before === undefined) return
    const after = structuredClone(before)
    const seen = again === undefined || 'kind' in again ? undefined : again.read
    const reports = afterWrite(after, sent, seen, tx.now)
    await tx.slots.save(claimed, { before, after, seenAt: seen?.at ?? tx.now, actor: 'timer' })
    await tellProgress(tx, work, { before, after, reports })
    const late = again !== undefined && 'kind' in again ? again : undefined
    await release(tx, work, { before, after, fault: fault ?? late })
    if (fault?.kind === 'refused' && write.direction === 'raise') await giveUp(tx, work, write, fault)
  })
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

function load(tx: Tx, { provider, claimed }: Work): Promise<SlotFacts | undefined> {
  return tx.slots.load(claimed, { levels: provider.levels(claimed.name), readLagMs: provider.timing.readLagMs })
}

async function release(
  tx: Tx,
  { deps, claimed, provider }: Work,
  round: { readonly before: SlotFacts; readonly after: SlotFacts; readonly fault: Fault | undefined },
): Promise<void> {
  const next = nextTry({ ...round, tries: claimed.tries, nowMs: tx.now, random: deps.random() })
  const error = round.fault === undefined ? undefined : faultWords(round.fault, provider.vendor)
  await tx.slots.release(claimed, { ...next, error })
  if (round.fault === undefined) return
  deps.log.warn(
    { slot: claimed.name, instance: claimed.instance, tries: next.tries, reason: error },
    'provider_try_failed',
  )
  for (const grant of round.after.grants.values()) await tx.requests.touch(grant.id)
}

/** Rule 6: a provider that is not configured any more, or points elsewhere, is never called for what it does not hold. */
async function leave(deps: SweeperDeps, claimed: ClaimedSlot): Promise<undefined> {
  await deps.store.transact((tx) => {
    const error = `the provider ${claimed.providerKey} is not configured for ${claimed.instance}`
    return tx.slots.release(claimed, { atMs: tx.now + UNCONFIGURED_RETRY_MS, tries: claimed.tries + 1, error })
  })
}
