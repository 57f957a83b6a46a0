import type { RequestView } from '../../src/cards/request-view.ts'
import { personIdOf, type RequestId } from '../../src/core/ids.ts'

/** One moment for all pictures: they change when the cards do, and at no other time. */
export const NOW = Date.UTC(2026, 10, 24, 14, 4, 0)
const MINUTE = 60_000

const ann = { id: personIdOf('ann@acme.example'), name: 'Ann' }
const sam = { id: personIdOf('sam@acme.example'), name: 'Sam' }
const sue = { id: personIdOf('sue@acme.example'), name: 'Sue' }

export const pending: RequestView = {
  id: 'req_7k2mq9xd' as RequestId,
  state: 'pending',
  requester: ann,
  roleKey: 'github:org-admin',
  roleName: 'Organisation owner',
  providerName: 'GitHub acme',
  vendor: 'GitHub',
  durationSeconds: 1800,
  reason: 'The billing page shows last year’s plan; support asks for a screenshot of the invoices',
  askedAt: NOW - 2 * MINUTE,
  lapsesAt: NOW + 28 * MINUTE,
  decided: undefined,
  votes: [],
  votesNeeded: 1,
  deciders: [sam, sue],
  takesReactions: true,
  entitlement: undefined,
  extension: undefined,
  grant: undefined,
}

export const halfApproved: RequestView = {
  ...pending,
  votes: [{ name: 'Sam', at: NOW - MINUTE }],
  votesNeeded: 2,
  deciders: [sue],
}

const slot = {
  wanted: 'owner',
  prior: 'member',
  seen: 'owner',
  account: 'ann-acme',
  nativeEnd: 'none' as const,
  isStanding: false,
  isInvited: false,
  isBack: false,
}

const grant: NonNullable<RequestView['grant']> = {
  state: 'active',
  startedAt: NOW - MINUTE,
  expiresAt: NOW + 29 * MINUTE,
  endDueAt: undefined,
  revokedAt: undefined,
  endedHow: undefined,
  endedBy: undefined,
  failure: undefined,
  isOverdue: false,
  tries: 1,
  lastError: undefined,
  nextTryAt: undefined,
  slots: [slot],
  leftSeconds: 12_600,
  lingerSeconds: 0,
  credentials: { endThemselves: false, made: 0, live: 0, unknownUntil: undefined, expired: 0 },
}

const approved: RequestView = {
  ...pending,
  state: 'approved',
  decided: { by: 'Sam', at: NOW - MINUTE, comment: '' },
  votes: [{ name: 'Sam', at: NOW - MINUTE }],
  deciders: [],
  grant,
}

export const granting: RequestView = {
  ...approved,
  grant: { ...grant, state: 'granting', startedAt: undefined, expiresAt: undefined, tries: 2, lastError: '503' },
}
export const active: RequestView = approved
export const ended: RequestView = {
  ...approved,
  grant: {
    ...grant,
    state: 'revoked',
    startedAt: NOW - 31 * MINUTE,
    expiresAt: NOW - MINUTE,
    revokedAt: NOW - MINUTE + 1000,
    endedHow: 'expired',
    slots: [{ ...slot, seen: 'member', isBack: true }],
  },
}
export const overdue: RequestView = {
  ...approved,
  grant: {
    ...grant,
    state: 'revoking',
    startedAt: NOW - 32 * MINUTE,
    expiresAt: NOW - 2 * MINUTE,
    endDueAt: NOW - 2 * MINUTE,
    endedHow: 'expired',
    isOverdue: true,
    tries: 7,
    lastError: 'GitHub answers 503',
    nextTryAt: NOW + 12_000,
  },
}
export const failed: RequestView = {
  ...approved,
  grant: {
    ...grant,
    state: 'revoked',
    startedAt: undefined,
    expiresAt: undefined,
    revokedAt: NOW,
    endedHow: 'failed',
    failure: { code: 'subject_unknown', detail: '', account: 'ann-acme' },
    slots: [],
  },
}
export const denied: RequestView = {
  ...pending,
  state: 'denied',
  decided: { by: 'Sam', at: NOW, comment: 'not during the freeze' },
  deciders: [],
}
export const lapsed: RequestView = {
  ...pending,
  state: 'lapsed',
  askedAt: NOW - 31 * MINUTE,
  lapsesAt: NOW - MINUTE,
  decided: { by: undefined, at: NOW - MINUTE, comment: 'nobody_decided' },
  deciders: [],
}
/** Somebody else's, so that a page shows more than one. */
export const ofBob: RequestView = {
  ...pending,
  id: 'req_3wq8e1zt' as RequestId,
  requester: { id: personIdOf('bob@acme.example'), name: 'Bob' },
  roleKey: 'github:team-sre',
  roleName: 'SRE team',
  durationSeconds: 7200,
  reason: 'Disk full on the build hosts',
}
