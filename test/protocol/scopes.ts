import type { Scope } from './world.ts'

const ADMIN = [[0, 2]] as const
const MEMBER = [[0, 1]] as const

/** Small worlds, every state of which is visited. */
export const SMALL: Readonly<Record<string, Scope>> = {
  'standing admin; admin and member; by hand': {
    start: [2],
    grants: [ADMIN, MEMBER],
    replicas: 1,
    faults: { human: 1 },
  },
  'member before, admin; by hand, late': { start: [1], grants: [ADMIN], replicas: 1, faults: { human: 1, late: 1 } },
  'member; by hand': { start: [0], grants: [MEMBER], replicas: 1, faults: { human: 1 } },
  'admin twice; crash, late': { start: [0], grants: [ADMIN, ADMIN], replicas: 2, faults: { crash: 1, late: 1 } },
  'admin twice; crash, ended early': {
    ...{ start: [0], grants: [ADMIN, ADMIN], replicas: 2, faults: { crash: 1, end: 1 }, times: { deadline: 2 } },
  },
  'member, then admin; crash': {
    ...{ start: [0], grants: [MEMBER, ADMIN], replicas: 2, faults: { crash: 1 }, times: { deadline: 2 } },
  },
  'admin and member; pause': { start: [0], grants: [ADMIN, MEMBER], replicas: 2, faults: { pause: 1 } },
  'admin twice; pause': { start: [0], grants: [ADMIN, ADMIN], replicas: 2, faults: { pause: 1 } },
  'member before, admin; pause, by hand': { start: [1], grants: [ADMIN], replicas: 2, faults: { pause: 1, human: 1 } },
  'admin; crash, late, lost': { start: [0], grants: [ADMIN], replicas: 2, faults: { crash: 1, late: 1, lost: 1 } },
  'gives up with a call on its way': {
    ...{ start: [0], grants: [ADMIN], replicas: 2, faults: { crash: 1, late: 2 }, times: { deadline: 2, giveUp: 1 } },
  },
  'extended, ended, slow': { start: [0], grants: [ADMIN], replicas: 1, faults: { extend: 1, end: 1, slow: 1 } },
  'its own, extended; by hand, late': {
    ...{ start: [0], grants: [MEMBER], replicas: 1, own: true, faults: { extend: 1, human: 1, late: 1 } },
  },
  'its own, extended; late, reset, settling': {
    ...{ start: [0], grants: [MEMBER], replicas: 1, own: true, faults: { extend: 1, late: 1, reset: 1, fail: 1 } },
    times: { settle: 1, duration: 4 },
  },
  'its own, extended, ended; crash, lost': {
    ...{ start: [0], grants: [MEMBER], replicas: 2, own: true, faults: { extend: 1, end: 1, crash: 1, lost: 1 } },
  },
  'its own, extended twice; stale reads, lost': {
    ...{ start: [0], grants: [MEMBER], replicas: 1, own: true, faults: { extend: 2, stale: 1, lost: 1 } },
    times: { readLag: 1, duration: 4 },
  },
  'stale reads, ended': {
    ...{ start: [0], grants: [ADMIN], replicas: 1, faults: { stale: 1, end: 1 }, times: { readLag: 1 } },
  },
  'stale reads, two grants, ended': {
    ...{ start: [0], grants: [ADMIN, MEMBER], replicas: 1, faults: { stale: 1, end: 1 }, times: { readLag: 1 } },
  },
  'stale reads, admin twice, lost': {
    ...{ start: [0], grants: [ADMIN, ADMIN], replicas: 1, faults: { stale: 2, lost: 1 }, times: { readLag: 1 } },
  },
  'stale reads, member before, by hand': {
    ...{ start: [1], grants: [ADMIN], replicas: 1, faults: { stale: 1, human: 1 }, times: { readLag: 1 } },
  },
  'blind, lost': { start: [0], grants: [ADMIN], replicas: 1, faults: { blind: 1, lost: 1 } },
  'reads fail long': {
    ...{ start: [0], grants: [ADMIN], replicas: 1, faults: { readFail: 9, lost: 1 }, times: { giveUp: 12 } },
  },
  'two slots, writes fail': {
    start: [0, 0],
    grants: [
      [
        [0, 2],
        [1, 2],
      ],
    ],
    ...{ replicas: 1, faults: { fail: 4 }, times: { giveUp: 7 } },
  },
  'two slots, refused, crash': {
    start: [0, 1],
    grants: [
      [
        [0, 1],
        [1, 2],
      ],
    ],
    ...{ replicas: 2, faults: { refuse: 1, crash: 1 } },
  },
  'outsider; lost, ended, crash': {
    ...{ start: [0], grants: [ADMIN], replicas: 2, faults: { lost: 1, end: 1, crash: 1 }, invites: true },
  },
  'outsider who need not accept': {
    ...{ start: [0], grants: [ADMIN], replicas: 1, faults: {}, invites: true, times: { giveUp: 9 } },
  },
  'invited by somebody else; admin, late': {
    ...{ start: [1], startsInvited: true, grants: [ADMIN], replicas: 1, faults: { late: 1, end: 1 }, invites: true },
  },
  'member before, invites; by hand, late': {
    ...{ start: [1], grants: [ADMIN], replicas: 1, faults: { human: 1, late: 1 }, invites: true },
  },
  'member before, invites; by hand, pause': {
    ...{ start: [1], grants: [ADMIN], replicas: 2, faults: { human: 1, pause: 1 }, invites: true },
  },
  'applied after the deadline': {
    ...{ start: [0], grants: [ADMIN], replicas: 2, faults: { late: 1, crash: 1, fail: 1 }, times: { settle: 1 } },
  },
  'the connection breaks, applied later': {
    ...{ start: [0], grants: [ADMIN, MEMBER], replicas: 1, faults: { reset: 1, end: 1 }, times: { settle: 1 } },
  },
  'stopped inside the send': { start: [0], grants: [ADMIN], replicas: 2, faults: { pause: 1 }, gap: true },
  'stopped inside the send, two grants': {
    ...{ start: [0], grants: [ADMIN, ADMIN], replicas: 2, faults: { pause: 1 }, gap: true },
  },
  'stopped inside the send, then killed': {
    ...{ start: [0], grants: [ADMIN], replicas: 2, faults: { pause: 1, crash: 1 }, gap: true },
  },
  'the provider lies': { start: [0], grants: [ADMIN, MEMBER], replicas: 1, faults: { lie: 1, fail: 1, lost: 1 } },
  'stale reads; pause, ended': {
    ...{ start: [0], grants: [ADMIN], replicas: 2, faults: { stale: 2, pause: 1, end: 1 }, times: { readLag: 2 } },
  },
  'stale reads; pause, admin twice': {
    ...{ start: [0], grants: [ADMIN, MEMBER], replicas: 2, faults: { stale: 1, pause: 1 }, times: { readLag: 2 } },
  },
  'stale reads; crash, lost, admin and member': {
    ...{
      start: [0],
      grants: [MEMBER, ADMIN],
      replicas: 2,
      faults: { stale: 1, crash: 1, lost: 1 },
      times: { readLag: 2 },
    },
  },
  'invited by somebody else; by hand, late': {
    ...{ start: [1], startsInvited: true, grants: [ADMIN], replicas: 1, faults: { late: 1, human: 1 }, invites: true },
  },
  'invited by somebody else; by hand, pause': {
    ...{ start: [1], startsInvited: true, grants: [ADMIN], replicas: 2, faults: { pause: 1, human: 1 }, invites: true },
  },
  'the database fails': { start: [0], grants: [ADMIN], replicas: 1, faults: { storeFail: 3 } },
  'the database fails; lost, ended': {
    ...{ start: [1], grants: [ADMIN], replicas: 2, faults: { storeFail: 2, lost: 1, end: 1 } },
  },
  'the database fails; crash, late': {
    ...{ start: [0], grants: [ADMIN], replicas: 2, faults: { storeFail: 1, crash: 1, late: 1 }, times: { settle: 1 } },
  },
  'the database fails; pause, admin and member': {
    ...{ start: [0], grants: [ADMIN, MEMBER], replicas: 2, faults: { storeFail: 1, pause: 1 } },
  },
  'the database fails; refused, by hand': {
    ...{ start: [0], grants: [ADMIN], replicas: 1, faults: { storeFail: 2, refuse: 1, human: 1 } },
  },
  'the database fails; stale reads, lost': {
    ...{ start: [0], grants: [ADMIN], replicas: 1, faults: { storeFail: 2, stale: 1, lost: 1 }, times: { readLag: 1 } },
  },
  'the database fails; strangers are invited': {
    ...{ start: [0], grants: [ADMIN], replicas: 1, faults: { storeFail: 2, lost: 1, end: 1 }, invites: true },
  },
}

/** Larger ones, for the long run: as far as the limit of states reaches. */
export const LARGE: Readonly<Record<string, Scope>> = {
  'admin and member; crash, late, by hand': {
    ...{ start: [0], grants: [ADMIN, MEMBER], replicas: 2, faults: { crash: 1, late: 1, human: 1 } },
  },
  'admin twice; pause, late, by hand': {
    ...{
      start: [0],
      grants: [ADMIN, ADMIN],
      replicas: 2,
      faults: { pause: 1, late: 1, human: 1 },
      times: { deadline: 2 },
    },
  },
  'member before, admin and member; crash, lost, by hand, ended': {
    ...{ start: [1], grants: [ADMIN, MEMBER], replicas: 2, faults: { crash: 1, lost: 1, human: 1, end: 1 } },
  },
  'admin twice, wide times; crash, late, stale, ended': {
    ...{ start: [0], grants: [ADMIN, ADMIN], replicas: 2, faults: { crash: 1, late: 1, stale: 1, end: 1 } },
    times: { deadline: 2, sendWithin: 1, settle: 1, readLag: 1, duration: 3, giveUp: 5 },
  },
  'stale reads, member before, admin and member; pause, ended': {
    ...{
      start: [1],
      grants: [ADMIN, MEMBER],
      replicas: 2,
      faults: { stale: 2, pause: 1, end: 1 },
      times: { readLag: 2 },
    },
  },
  'invites, member before, admin twice; crash, by hand, late': {
    ...{ start: [1], grants: [ADMIN, ADMIN], replicas: 2, faults: { crash: 1, human: 1, late: 1 }, invites: true },
  },
  'stopped inside the send, member before; by hand, crash': {
    ...{ start: [1], grants: [ADMIN], replicas: 2, faults: { pause: 1, human: 1, crash: 1 }, gap: true },
  },
  'admin and member; extended, ended, crash, by hand': {
    ...{ start: [0], grants: [ADMIN, MEMBER], replicas: 2, faults: { extend: 1, end: 1, crash: 1, human: 1 } },
  },
  'standing admin, two grants; crash, by hand, late': {
    ...{ start: [2], grants: [ADMIN, MEMBER], replicas: 2, faults: { crash: 1, human: 1, late: 1 } },
  },
}

const WIDE = { deadline: 2, sendWithin: 1, settle: 1, readLag: 1, duration: 3, giveUp: 5 }
const MANY = {
  crash: 3,
  pause: 2,
  late: 3,
  lost: 3,
  fail: 3,
  reset: 2,
  readFail: 4,
  storeFail: 3,
  slow: 3,
  end: 1,
  extend: 1,
}
const BOTH_OWN = [
  [1, 1],
  [2, 1],
] as const
const BOTH_ADMIN = [
  [0, 2],
  [1, 2],
] as const

/** Worlds for long walks: several grants, replicas and slots, and many faults. */
export const WALKS: Readonly<Record<string, Scope>> = {
  'slots of their own': {
    ...{ start: [0, 0, 0], grants: [[[0, 1]], BOTH_OWN], replicas: 2, own: true, times: { ...WIDE, duration: 12 } },
    faults: { ...MANY, extend: 3, stale: 2, blind: 1, human: 1, refuse: 1 },
  },
  'two slots, reads lag': {
    ...{
      start: [0, 1],
      grants: [
        BOTH_ADMIN,
        MEMBER,
        [
          [1, 2],
          [0, 2],
        ],
      ],
      replicas: 2,
      times: WIDE,
    },
    faults: { ...MANY, lie: 1, stale: 2, blind: 1, human: 2, refuse: 1 },
  },
  'three slots, strangers are invited': {
    ...{
      start: [1, 0, 2],
      grants: [
        [
          [0, 2],
          [1, 1],
        ],
        [[1, 2]],
        [
          [0, 1],
          [2, 1],
        ],
      ],
      replicas: 2,
      invites: true,
    },
    ...{ times: { ...WIDE, readLag: 0 }, faults: MANY },
  },
  'one slot, stopped inside the send': {
    ...{ start: [0], grants: [ADMIN, MEMBER, ADMIN], replicas: 2, times: { deadline: 2 }, gap: true },
    faults: { ...MANY, pause: 3, human: 2 },
  },
}
