import type { Card, Line } from './card.ts'
import { endedWords, hasNoSlot, hasOnlyCredentialsLeft, unknownLines, useLines } from './credential-lines.ts'
import { endLines } from './end-lines.ts'
import { failureWords } from './failure-words.ts'
import { goneWords } from './gone-words.ts'
import { lingerLines } from './linger-lines.ts'
import type { GrantView, RequestView, SlotView } from './request-view.ts'
import { askAgain, askedLine, roleOf } from './request-words.ts'
import { clock, clockSeconds, dotted, listed, spanOf, strong } from './words.ts'

type Said = Pick<Card, 'title' | 'lines'>

/** What the card says once access was approved. Only what a read showed is said as a fact. */
export function grantLines(view: RequestView, grant: GrantView, reader: 'channel' | 'holder'): Said {
  const isHolder = reader === 'holder'
  const who = isHolder ? 'You' : view.requester.name
  const is = hasNoSlot(view, grant) ? (isHolder ? 'have' : 'has') : isHolder ? 'are' : 'is'
  switch (grant.state) {
    case 'planned':
    case 'granting':
      return granting(view, grant, { who, verb: isHolder ? 'get' : 'gets' })
    case 'active':
      return active(view, grant, { who, is, was: isHolder ? 'were' : 'was', reader })
    case 'revoking':
      return revoking(view, grant, { who, is })
    case 'revoked':
      return revoked(view, grant, { who, is, was: isHolder ? 'were' : 'was' })
  }
}

interface Words {
  readonly who: string
  readonly is: string
  readonly was: string
}

function approvedBy(view: RequestView): Line {
  const names = view.votes.map((vote) => vote.name)
  return names.length === 0 ? ['approved by asking'] : [`approved by ${listed(names)}`]
}

function granting(view: RequestView, grant: GrantView, words: { who: string; verb: string }): Said {
  const invited = grant.slots.find((slot) => slot.isInvited)
  const title: Line = [`${words.who} ${words.verb} `, ...roleOf(view)]
  if (invited !== undefined) {
    const until = grant.expiresAt === undefined ? [] : [' The time runs already, until ', clock(grant.expiresAt), '.']
    return {
      title,
      lines: [
        approvedBy(view),
        [`${view.vendor} has sent an invitation to ${invited.account}; it waits to be accepted.`, ...until],
      ],
    }
  }
  if (grant.lastError === undefined) return { title, lines: [approvedBy(view), [`${view.vendor} is being asked`]] }
  const lines = [`${view.vendor} is being asked (try ${grant.tries})`, `trying: ${grant.lastError}`]
  return { title, lines: [approvedBy(view), ...lines.map((line) => [line])] }
}

type ToReader = Words & { readonly reader: 'channel' | 'holder' }

function active(view: RequestView, grant: GrantView, { who, is, was, reader }: ToReader): Said {
  const until: Line = grant.expiresAt === undefined ? [] : [' until ', clock(grant.expiresAt)]
  if (isStanding(view, grant)) {
    const level = grant.slots[0]?.prior ?? view.roleName
    return {
      title: [`${who} already ${was} `, strong(level), '; nothing was changed, nothing will be taken'],
      lines: [approvedBy(view)],
    }
  }
  const back = grant.slots.map((slot): Line => {
    return [`afterwards: ${slot.prior ?? 'as before'} again; whoever wants it to last sets it after that`]
  })
  return {
    title: [`${who} ${is} `, ...roleOf(view), ...until],
    lines: [
      approvedBy(view),
      ...back.slice(0, 1),
      ...endLines(view, grant),
      ...useLines(view, grant, reader),
      ...unknownLines(view, grant),
      ...lingerLines(grant),
    ],
  }
}

function revoking(view: RequestView, grant: GrantView, { who, is }: { who: string; is: string }): Said {
  const role = roleOf(view)
  if (grant.isOverdue) {
    const due: Line = grant.endDueAt === undefined ? [] : ['Should have ended ', clock(grant.endDueAt)]
    const next: Line = grant.nextTryAt === undefined ? ['trying on'] : ['next try ', clockSeconds(grant.nextTryAt)]
    const lines = [dotted(due, [grant.lastError ?? 'no answer yet'], [`${grant.tries} tries`], next)]
    const isOnlyUsed = hasOnlyCredentialsLeft(grant)
    const still = isOnlyUsed ? 'Credentials still work.' : `Still ${levelOf(grant)}.`
    return { title: [strong(still), ` ${who} should not ${isOnlyUsed ? 'have' : 'be'} `, ...role, ' any more'], lines }
  }
  if (grant.slots.length > 0 && grant.slots.every((slot) => slot.isBack) && !hasOnlyCredentialsLeft(grant)) {
    return { title: [`${who} ${is} not `, ...role, ' any more: gone, confirming'], lines: [approvedBy(view)] }
  }
  const why = grant.lastError === undefined ? [] : [[`trying: ${grant.lastError}`]]
  const lines = [dotted(approvedBy(view), endedBy(view, grant)), ...why]
  return { title: [`${who} ${is} `, ...role, ': this ends now'], lines }
}

function revoked(view: RequestView, grant: GrantView, { who, is, was }: Words): Said {
  const asked: Line = ['asked ', clock(view.askedAt)]
  if (grant.failure !== undefined && grant.startedAt === undefined) {
    return {
      title: [`Not granted: ${failureWords(grant.failure, view.vendor)}`],
      lines: [askedLine(view), dotted(approvedBy(view), asked), askAgain(view)],
    }
  }
  if (grant.startedAt === undefined)
    return {
      title: ['Ended before it began'],
      lines: [askedLine(view), dotted(approvedBy(view), asked), askAgain(view)],
    }
  if (grant.failure !== undefined && !isEndedEarly(grant)) {
    const why = failureWords(grant.failure, view.vendor)
    return { title: [`Not granted: ${why}`], lines: [askedLine(view), dotted(approvedBy(view), asked), askAgain(view)] }
  }
  const at: Line = grant.revokedAt === undefined ? [] : [clockSeconds(grant.revokedAt)]
  const took = grant.revokedAt === undefined ? undefined : [spanOf(secondsGiven(grant))]
  const story = [
    dotted(took, approvedBy(view), asked, endedBy(view, grant)),
    ...unknownLines(view, grant),
    ...lingerLines(grant),
  ]
  const whose = who === 'You' ? 'your' : `${who}’s`
  if (hasNoSlot(view, grant)) return { title: ['Ended ', ...at, ': ', ...endedWords(view, grant, whose)], lines: story }
  if (isStanding(view, grant)) {
    return {
      title: ['Ended ', ...at, `: ${who} already ${was} `, strong(levelOf(grant)), '; nothing was changed'],
      lines: [askedLine(view), approvedBy(view)],
    }
  }
  const now: Line = [`: ${who} ${is} `, strong(levelOf(grant)), ` again, checked at ${view.vendor}`]
  const beside = grant.credentials.made === 0 ? [] : [endedWords(view, grant, whose)]
  return { title: ['Ended ', ...at, ...now], lines: [askedLine(view), ...beside, ...story] }
}

/** What ended by itself did so at its end, however late that was seen. */
function secondsGiven({ startedAt = 0, revokedAt = 0, expiresAt = revokedAt, slots, credentials }: GrantView): number {
  const endedItself = slots.length === 0 && credentials.endThemselves
  return ((endedItself ? Math.min(revokedAt, expiresAt) : revokedAt) - startedAt) / 1000
}

function endedBy(view: RequestView, grant: GrantView): Line | undefined {
  if (!isEndedEarly(grant)) return undefined
  if (grant.failure !== undefined) return [`ended early: ${goneWords(view.requester.name, grant.failure.detail)}`]
  return grant.endedBy === undefined ? undefined : [`ended early by ${grant.endedBy}`]
}

function isEndedEarly(grant: GrantView): boolean {
  return grant.endedHow === 'ended_early'
}

function isStanding({ entitlement }: RequestView, grant: GrantView): boolean {
  return entitlement === undefined && grant.slots.length > 0 && grant.slots.every((slot: SlotView) => slot.isStanding)
}

function levelOf(grant: GrantView): string {
  return grant.slots[0]?.seen ?? grant.slots[0]?.prior ?? 'as before'
}
