import { afterRead } from '../core/protocol/after-read.ts'
import { grantOf, type SlotFacts, type Write } from '../core/protocol/facts.ts'
import { slotNameFor } from '../core/target.ts'
import type { Fault, Provider } from '../ports/provider.ts'
import type { ClaimedSlot } from '../ports/store/slots.ts'
import type { Tx } from '../ports/store/store.ts'
import { Stopwatch } from '../usecases/stopwatch.ts'
import { answerOf } from './answer-of.ts'
import type { SweeperDeps } from './deps.ts'
import { dropChanged } from './drop-changed.ts'
import type { Insistence } from './insistence.ts'
import { load, release } from './release.ts'
import { droppedNow, sendWrite } from './send-write.ts'
import { tellProgress } from './tell-progress.ts'
import { DEADLINE_MS, type Intended, SEND_WITHIN_MS, type Seen, type Work } from './work.ts'
import { sayOutcome, writeBack } from './write-back.ts'

const UNCONFIGURED_RETRY_MS = 30_000

interface Round {
  readonly claimed: ClaimedSlot
  /** The database's clock when it was claimed. */
  readonly nowMs: number
  readonly insistence: Insistence
}

/**
 * One round on a claimed slot. Whatever happens, the claim is given back or is free within 10 s.
 * Answers what kept it from being done, when that lies with the provider as a whole.
 */
export async function workSlot(deps: SweeperDeps, round: Round): Promise<Fault | undefined> {
  const { claimed, insistence } = round
  const provider = providerOf(deps, claimed)
  if (provider === undefined) return leave(deps, claimed)
  const subject = { id: claimed.subjectId, login: claimed.subjectLogin }
  const slot = { instance: claimed.instance, subject, name: claimed.name }
  const work: Work = { deps, provider, claimed, slot, watch: new Stopwatch(round.nowMs), insistence }
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

async function read(work: Work): Promise<Seen | Fault> {
  const { provider, slot, watch } = work
  const at = watch.nowMs()
  const result = await answerOf(work, () => provider.observe(slot))
  if (!result.ok) return result.error
  const { kind, level } = result.value
  return { read: { at, level, isInvitation: kind === 'invited' }, observation: result.value }
}

/**
 * Commits what the read means; with it, the intent of the one write that follows, if any. Where nobody says whether it
 * was committed nothing is sent, and if an intent is there after all it is dropped.
 */
async function intend(work: Work, seen: Seen | Fault): Promise<Intended | undefined> {
  const last: { intended: Intended | undefined } = { intended: undefined }
  try {
    return await work.deps.store.transact(async (tx) => {
      last.intended = await plan(tx, work, seen)
      return last.intended
    })
  } catch (error) {
    if (last.intended !== undefined) await sayOutcome(work, droppedNow(work, last.intended))
    throw error
  }
}

async function plan(tx: Tx, work: Work, seen: Seen | Fault): Promise<Intended | undefined> {
  const { deps, claimed } = work
  const loaded = await load(tx, work)
  if (loaded === undefined) return undefined
  const isLatest = (await tx.loadedLast()) === deps.settings.hash
  const known = isLatest && (await dropChanged(tx, deps, loaded)) ? await load(tx, work) : loaded
  if (known === undefined) return undefined
  if ('kind' in seen) {
    await release(tx, work, { before: known, after: structuredClone(known), fault: seen })
    return undefined
  }
  const { begun, waiting } = isLatest ? { begun: known, waiting: [] } : apartFromPlanned(known)
  const after = structuredClone(begun)
  const { reports, write } = afterRead(after, seen.read, tx.now)
  if (!isLatest && write?.direction === 'raise') {
    await release(tx, work, { before: known, after: known, fault: undefined })
    return undefined
  }
  await tx.slots.save(claimed, { before: begun, after, seenAt: seen.read.at, actor: 'timer' })
  await tellProgress(tx, work, { before: begun, after, reports })
  if (write !== undefined) {
    const attempt = await storeIntent(tx, work, write)
    return { write, attempt, own: await ownOf(tx, work, { write, facts: after }) }
  }
  const left = { ...after, holdings: [...after.holdings, ...waiting] }
  await release(tx, work, { before: known, after: left, level: seen.read.level, fault: undefined })
  return undefined
}

/** As it was approved: the scope is part of the role that was asked for. */
async function ownOf(
  tx: Tx,
  { claimed }: Work,
  { write, facts }: { readonly write: Write; readonly facts: SlotFacts },
): Promise<Intended['own']> {
  const endsAt = facts.grants.get(write.grant)?.expiresAt
  if (!facts.endsItself || write.direction === 'lower' || endsAt === undefined) return undefined
  const targets = (await tx.requests.find(write.grant))?.role.targets ?? []
  const own = targets.find((target) => slotNameFor(target, write.grant) === claimed.name)?.own
  return own && { ...own, endsAt }
}

/** A replica whose configuration is not the last one takes away, and gives nothing: what has not begun is not its to begin. */
function apartFromPlanned(facts: SlotFacts): { readonly begun: SlotFacts; readonly waiting: SlotFacts['holdings'] } {
  const isPlanned = (holding: SlotFacts['holdings'][number]) => grantOf(facts, holding).state === 'planned'
  return {
    begun: { ...facts, holdings: facts.holdings.filter((each) => !isPlanned(each)) },
    waiting: facts.holdings.filter(isPlanned),
  }
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

/** Rule 6: a provider that is not configured any more, or points elsewhere, is never called for what it does not hold. */
async function leave(deps: SweeperDeps, claimed: ClaimedSlot): Promise<undefined> {
  await deps.store.transact((tx) => {
    const error = `the provider ${claimed.providerKey} is not configured for ${claimed.instance}`
    return tx.slots.release(claimed, { atMs: tx.now + UNCONFIGURED_RETRY_MS, tries: claimed.tries + 1, error })
  })
}
