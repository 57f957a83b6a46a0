import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DueKind } from '../../src/ports/store/agenda.ts'
import type { Tx } from '../../src/ports/store/store.ts'
import type { EngineName } from '../support/databases.ts'
import { dueIn } from '../support/due-in.ts'
import { openRaw, type RawDatabase } from '../support/raw-databases.ts'

const ID = 'req_00000000'
const GIVE_UP_MS = 900_000
const NOBODY = { users: [], groups: [] }
const ROLE = JSON.stringify({
  key: 'r',
  provider: 'g',
  providerName: 'G',
  name: 'R',
  description: '',
  isEnabled: true,
  targets: [],
  scopes: { allow: { ...NOBODY, domains: [] }, deny: { ...NOBODY, domains: [] } },
  maxDurationSeconds: 3600,
  minDurationSeconds: 60,
  defaultDurationSeconds: 60,
  reason: { isRequired: false, pattern: '' },
  hash: 'h',
})
const wanted = { limit: 9, instances: { except: [] }, inFlight: [] }

/** What the sweeper claims when a kind is called due. */
const CLAIM: Readonly<Record<DueKind, (tx: Tx) => Promise<readonly unknown[]>>> = {
  ends: (tx) => tx.grants.claimDue(9, GIVE_UP_MS),
  closings: async (tx) => [...(await tx.credentials.claimUnanswered(9)), ...(await tx.grants.claimToClose(9))],
  withdrawals: (tx) => tx.credentials.claim(wanted),
  slots: (tx) => tx.slots.claim({ ...wanted, configuration: 'c' }),
  preparations: (tx) => tx.grants.claimToPrepare(9, () => tx.now),
  lapses: (tx) => tx.requests.claimLapsed(9),
  reminders: (tx) => tx.requests.claimReminders(9),
  warnings: (tx) => tx.grants.claimToWarn(9),
  alarms: (tx) => tx.grants.claimOverdue(9, 30_000),
  comparisons: (tx) => tx.grants.claimToCompare(9, 30_000),
  notices: (tx) => tx.notices.claim(9, () => undefined),
  messages: (tx) => tx.messages.claim(9, []),
  news: (tx) => tx.homes.claimNews(9),
  homes: (tx) => tx.homes.claim(9, 1000),
}

type Rows = readonly string[]
type Values = Readonly<Record<string, string>>

const row = (table: string, values: Values) =>
  `insert into ${table} (${Object.keys(values).join(', ')}) values (${Object.values(values).join(', ')})`

const asked = (values: Values = {}) =>
  row('request', {
    id: `'${ID}'`,
    state: `'pending'`,
    requester: `'ann'`,
    role_key: `'r'`,
    role_hash: `'h'`,
    role: `'${ROLE}'`,
    reason: `''`,
    duration_seconds: '3600',
    platform: `'slack'`,
    asked_at: 'now()',
    lapses_at: `now() + interval '1 hour'`,
    ...values,
  })
const approved = (values: Values = {}): Rows => [asked(values), `update request set state = 'approved'`]

const STATES = ['planned', 'granting', 'active', 'revoking', 'revoked'] as const
const grant = (state: (typeof STATES)[number], values: Values = {}): Rows => [
  ...approved(),
  row('access_grant', {
    id: `'${ID}'`,
    state: `'planned'`,
    person: `'ann'`,
    provider_key: `'g'`,
    instance: `'i'`,
    duration_seconds: '3600',
    planned_at: 'now()',
    ...values,
  }),
  ...STATES.slice(1, STATES.indexOf(state) + 1).map((next) => `update access_grant set state = '${next}'`),
]
const slot = (values: Values) =>
  row('slot', {
    id: '1',
    provider_key: `'g'`,
    instance: `'i'`,
    subject_id: `'1'`,
    subject_login: `'ann'`,
    name: `'org'`,
    ...values,
  })
const holding = (state: string): Rows => [
  slot({}),
  row('holding', { grant_id: `'${ID}'`, slot_id: '1', level: `'admin'`, state: `'${state}'` }),
]
const credential = (values: Values) =>
  row('credential', {
    grant_id: `'${ID}'`,
    provider_key: `'g'`,
    instance: `'i'`,
    device: `'d'`,
    sender: `'here'`,
    intended_at: 'now()',
    answer_by: `now() + interval '15 seconds'`,
    works_until: `now() + interval '1 hour'`,
    ...values,
  })
const issued = { state: `'issued'`, receipt: `'x'`, key_id: `'k'` }
const replica = (values: Values = {}) =>
  row('replica', { id: `'here'`, lock: '99', started_at: 'now()', seen_at: 'now()', ...values })
const message = (values: Values) =>
  row('message', {
    request_id: `'${ID}'`,
    kind: `'card'`,
    platform: `'slack'`,
    audience: `'channel'`,
    place: `'C0ACCESS'`,
    created_at: 'now()',
    ...values,
  })
const notice = (values: Values) =>
  row('notice', {
    kind: `'account_bound'`,
    platform: `'slack'`,
    reader: `'ann@acme.example'`,
    detail: `'{"person": "ann@acme.example", "account": "U0ANN"}'`,
    created_at: 'now()',
    ...values,
  })
const home = (values: Values) =>
  row('home_view', { platform: `'slack'`, person: `'ann'`, account: `'U0ANN'`, opened_at: 'now()', ...values })

const PAST = `now() - interval '1 second'`
const SOON = `now() + interval '1 minute'`
const QUARTER = `now() - interval '15 minutes 1 second'`
const HALF_MINUTE = `now() - interval '31 seconds'`

/** Rows; with `true`, something of the kind is due. */
const CASES: readonly (readonly [DueKind, string, boolean, Rows])[] = [
  ['ends', 'active, its end has come', true, grant('active', { expires_at: PAST })],
  ['ends', 'active, its end is to come', false, grant('active', { expires_at: SOON })],
  ['ends', 'granting, its end has come', true, grant('granting', { expires_at: PAST })],
  ['ends', 'granting for too long', true, grant('granting', { began_at: QUARTER, expires_at: SOON })],
  ['ends', 'granting, not for too long', false, grant('granting', { began_at: PAST, expires_at: SOON })],
  [
    'ends',
    'waiting for a person, as long as it takes',
    false,
    grant('granting', { began_at: QUARTER, is_waiting: 'true' }),
  ],
  ['ends', 'planned for too long', true, grant('planned', { planned_at: QUARTER })],
  ['ends', 'planned', false, grant('planned')],
  ['ends', 'over', false, grant('revoked', { expires_at: PAST })],
  ['closings', 'revoking, nothing left', true, grant('revoking')],
  ['closings', 'revoking, all closed', true, [...grant('revoking'), ...holding('closed')]],
  ['closings', 'revoking, watched still', false, [...grant('revoking'), ...holding('watched')]],
  ['closings', 'revoking, a credential works', false, [...grant('revoking'), credential(issued)]],
  ['closings', 'active', false, grant('active')],
  ['closings', 'nobody answered in time', true, [...grant('active'), replica(), credential({ answer_by: PAST })]],
  ['closings', 'the answer may come', false, [...grant('active'), replica(), credential({})]],
  ['closings', 'who was to answer is gone', true, [...grant('active'), replica({ gone_at: 'now()' }), credential({})]],
  ['withdrawals', 'due', true, [...grant('active'), credential({ ...issued, next_try_at: PAST })]],
  ['withdrawals', 'later', false, [...grant('active'), credential({ ...issued, next_try_at: SOON })]],
  ['slots', 'due', true, [slot({ next_try_at: PAST })]],
  ['slots', 'later', false, [slot({ next_try_at: SOON })]],
  ['slots', 'nothing to do', false, [slot({})]],
  ['slots', 'somebody alive has it', false, [replica(), slot({ next_try_at: PAST, owner: `'here'` })]],
  [
    'slots',
    'who had it is silent',
    true,
    [replica({ seen_at: `now() - interval '11 seconds'` }), slot({ next_try_at: PAST, owner: `'here'` })],
  ],
  ['slots', 'who had it is gone', true, [replica({ gone_at: 'now()' }), slot({ next_try_at: PAST, owner: `'here'` })]],
  ['preparations', 'planned', true, grant('planned', { next_try_at: PAST })],
  ['preparations', 'tried again later', false, grant('planned', { next_try_at: SOON })],
  ['preparations', 'prepared', false, grant('planned', { next_try_at: PAST, subject_id: `'1'` })],
  ['lapses', 'nobody decided', true, [asked({ lapses_at: PAST })]],
  ['lapses', 'somebody may decide', false, [asked()]],
  ['lapses', 'decided', false, approved({ lapses_at: PAST })],
  [
    'lapses',
    'more of what is over',
    true,
    [...grant('revoking'), asked({ id: `'req_00000001'`, extends_grant: `'${ID}'`, extends_until: SOON })],
  ],
  [
    'lapses',
    'more of what is held',
    false,
    [...grant('active'), asked({ id: `'req_00000001'`, extends_grant: `'${ID}'`, extends_until: SOON })],
  ],
  ['reminders', 'half of the time is over', true, [asked({ remind_at: PAST })]],
  ['reminders', 'it is not', false, [asked({ remind_at: SOON })]],
  ['reminders', 'reminded', false, [asked()]],
  [
    'warnings',
    'an hour that ends within five minutes',
    true,
    grant('active', { expires_at: `now() + interval '299 seconds'` }),
  ],
  [
    'warnings',
    'an hour that ends a little later',
    false,
    grant('active', { expires_at: `now() + interval '302 seconds'` }),
  ],
  [
    'warnings',
    'ten minutes that end within one',
    true,
    grant('active', { expires_at: `now() + interval '59 seconds'`, duration_seconds: '600' }),
  ],
  [
    'warnings',
    'ten minutes that end a little later',
    false,
    grant('active', { expires_at: `now() + interval '62 seconds'`, duration_seconds: '600' }),
  ],
  ['warnings', 'warned', false, grant('active', { expires_at: SOON, warned_at: 'now()' })],
  [
    'alarms',
    'still there after half a minute',
    true,
    [...grant('revoking', { end_due_at: HALF_MINUTE }), ...holding('open')],
  ],
  [
    'alarms',
    'a credential works after half a minute',
    true,
    [...grant('revoking', { end_due_at: HALF_MINUTE }), credential(issued)],
  ],
  [
    'alarms',
    'taken away, and watched',
    false,
    [...grant('revoking', { end_due_at: HALF_MINUTE }), ...holding('watched')],
  ],
  ['alarms', 'not for half a minute', false, [...grant('revoking', { end_due_at: PAST }), ...holding('open')]],
  [
    'alarms',
    'told',
    false,
    [...grant('revoking', { end_due_at: HALF_MINUTE, overdue_since: 'now()' }), ...holding('open')],
  ],
  ['comparisons', 'over', true, grant('revoked', { holders_before: `'{}'` })],
  ['comparisons', 'tried again later', false, grant('revoked', { holders_before: `'{}'`, holders_try_at: SOON })],
  ['comparisons', 'not over', false, grant('revoking', { holders_before: `'{}'` })],
  ['comparisons', 'compared', false, grant('revoked')],
  ['notices', 'due', true, [notice({ next_try_at: PAST })]],
  ['notices', 'of a newer version', false, [notice({ next_try_at: PAST, kind: `'news'` })]],
  ['notices', 'told', false, [notice({})]],
  ['messages', 'due', true, [...approved(), message({ next_try_at: PAST })]],
  ['messages', 'later', false, [...approved(), message({ next_try_at: SOON })]],
  [
    'messages',
    'a line whose card is not posted',
    false,
    [...approved(), message({ id: '-2' }), message({ kind: `'line'`, parent_id: '-2', next_try_at: PAST })],
  ],
  [
    'messages',
    'a line whose card is posted',
    true,
    [
      ...approved(),
      message({ id: '-2', ref_channel: `'C'`, ref_message: `'1'` }),
      message({ kind: `'line'`, parent_id: '-2', next_try_at: PAST }),
    ],
  ],
  ['news', 'somebody may see a change', true, approved({ is_new_to_homes: 'true' })],
  ['news', 'nothing changed', false, approved()],
  ['homes', 'due', true, [home({ next_publish_at: PAST })]],
  ['homes', 'somebody publishes it', false, [home({ next_publish_at: PAST, taken_until: SOON })]],
  ['homes', 'shown', false, [home({})]],
]

describe.each<EngineName>(['postgres', 'embedded'])('the agenda on %s', (engine) => {
  let database: RawDatabase
  beforeAll(async () => {
    database = await openRaw(engine)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    for (const table of ['credential', 'holding', 'slot', 'message', 'notice', 'home_view', 'access_grant', 'request'])
      await database.raw(`delete from ${table}`)
    await database.raw(`delete from replica where id = 'here'`)
  })

  test.each(CASES)('%s: %s: %s, and what is claimed then is that', async (kind, _, isDue, rows) => {
    const { store, raw } = database
    for (const each of rows) await raw(each)
    const ms = await dueIn(store, kind)
    expect(ms === 0, String(ms)).toBe(isDue)
    expect(await store.transact((tx) => CLAIM[kind](tx))).toHaveLength(isDue ? 1 : 0)
  })

  test('what waits is due at its moment, and not before', async () => {
    for (const each of grant('active', { expires_at: SOON })) await database.raw(each)
    const ms = (await dueIn(database.store, 'ends')) ?? 0
    expect(ms).toBeGreaterThan(30_000)
    expect(ms).toBeLessThanOrEqual(60_000)
  })

  test('of a configuration that is not the last one only what has begun is due, and only that is claimed', async () => {
    const { store } = database
    const superseded = { ...wanted, configuration: 'older' }
    const found = async () => [
      await dueIn(store, 'slots', { configuration: 'older' }),
      (await store.transact((tx) => tx.slots.claim(superseded))).length,
    ]
    await store.transact((tx) => tx.loadConfiguration({ hash: 'c', content: '{}' }))
    for (const each of [...grant('planned'), ...holding('new'), `update slot set next_try_at = ${PAST}`])
      await database.raw(each)
    expect(await found()).toEqual([undefined, 0])
    expect(await dueIn(store, 'slots', { configuration: 'c' })).toBe(0)
    for (const state of ['granting', 'active']) await database.raw(`update access_grant set state = '${state}'`)
    await database.raw(`update holding set is_reached = true`)
    expect(await found()).toEqual([undefined, 0])
    await database.raw(`update access_grant set state = 'revoking'`)
    expect(await found()).toEqual([0, 1])
  })

  test('what is busy, and what we work on, is not called due; what we claimed and left behind is', async () => {
    await database.raw(slot({ next_try_at: PAST, owner: `'${database.store.replica}'` }))
    const due = async (inFlight: readonly number[], busy: readonly string[]) =>
      (
        await database.store.agenda({
          giveUpMs: GIVE_UP_MS,
          overdueMs: 30_000,
          slots: { inFlight, busy, configuration: 'c' },
          withdrawals: { inFlight: [], busy: [] },
          messages: { inFlight: [], hasRoom: true },
        })
      ).dueInMs.has('slots')
    expect([await due([], []), await due([1], []), await due([2], ['j']), await due([], ['i'])]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})
