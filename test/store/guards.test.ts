import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GRANT_MOVES } from '../../src/core/grant-state.ts'
import { REQUEST_MOVES } from '../../src/core/request-state.ts'
import type { EngineName } from '../support/databases.ts'
import { openRaw, type RawDatabase } from '../support/raw-databases.ts'

type Moves = Readonly<Record<string, readonly string[]>>

/** The two lives: their tables of moves in core, and the rows that the database holds of them. */
const LIVES: readonly (readonly [string, string, Moves])[] = [
  ['request', 'request_move', REQUEST_MOVES],
  ['access_grant', 'grant_move', GRANT_MOVES],
]

const pairsOf = (moves: Moves) => Object.entries(moves).flatMap(([from, to]) => to.map((each) => `${from} > ${each}`))

/** The states on the way from the first one to this one. */
function wayTo(moves: Moves, state: string, from = Object.keys(moves)[0] ?? ''): readonly string[] | undefined {
  if (from === state) return []
  for (const next of moves[from] ?? []) {
    const rest = wayTo(moves, state, next)
    if (rest !== undefined) return [next, ...rest]
  }
  return undefined
}

describe.each<EngineName>(['postgres', 'embedded'])('the database itself, on %s', (engine) => {
  let database: RawDatabase
  let rows = 0
  beforeAll(async () => {
    database = await openRaw(engine)
  })
  afterAll(() => database.close())
  const raw = (statement: string) => database.raw(statement)

  async function given(table: string, columns: Readonly<Record<string, string>> = {}): Promise<string> {
    const id = `req_${String(rows++).padStart(8, '0')}`
    const asked = { id: `'${id}'`, requester: `'ann'`, role_key: `'r'`, role_hash: `'h'`, role: `'{}'`, reason: `''` }
    const request = { ...asked, duration_seconds: '60', platform: `'slack'`, asked_at: 'now()', lapses_at: 'now()' }
    const grant = { id: `'${id}'`, person: `'ann'`, provider_key: `'g'`, instance: `'i'`, duration_seconds: '60' }
    if (table === 'access_grant') await insert('request', { ...request, state: `'pending'` })
    if (table === 'access_grant') await insert(table, { ...grant, state: `'planned'`, planned_at: 'now()', ...columns })
    else await insert(table, { ...request, state: `'pending'`, ...columns })
    return id
  }

  const insert = (table: string, columns: Readonly<Record<string, string>>) =>
    raw(`insert into ${table} (${Object.keys(columns).join()}) values (${Object.values(columns).join()})`)

  const set = (table: string, id: string, what: string) => raw(`update ${table} set ${what} where id = '${id}'`)

  async function givenIn(table: string, moves: Moves, state: string): Promise<string> {
    const id = await given(table)
    for (const next of wayTo(moves, state) ?? []) await set(table, id, `state = '${next}'`)
    return id
  }

  test.each([
    ['update', `update audit_event set actor = 'somebody else'`],
    [
      'update by conflict',
      `insert into audit_event select * from audit_event on conflict (seq) do update set name = 'x'`,
    ],
    ['delete', 'delete from audit_event'],
    ['truncate', 'truncate audit_event'],
    ['truncate of all', 'truncate audit_event, request, access_grant, vote, message, holding, credential'],
  ])('the record takes no %s, by whomever', async (_what, statement) => {
    await database.store.transact((tx) => tx.record({ name: 'request_asked', actor: 'ann@acme.example' }))
    const before = await raw('select * from audit_event order by seq')
    await expect(raw(statement)).rejects.toThrow('audit_event is append-only')
    expect(await raw('select * from audit_event order by seq')).toEqual(before)
  })

  test.each(LIVES)('%s: the rows of %s are the moves in core', async (_table, movesTable, moves) => {
    const found = await raw(`select from_state, to_state from ${movesTable}`)
    const pairs = found.map((row) => `${row['from_state']} > ${row['to_state']}`)
    expect(pairs.toSorted()).toEqual(pairsOf(moves).toSorted())
  })

  test.each(LIVES)(
    '%s: every move that is not among them (%s) is refused, whoever writes it',
    async (table, _m, moves) => {
      const legal = new Set(pairsOf(moves))
      for (const from of Object.keys(moves)) {
        for (const to of [...Object.keys(moves), 'gone'].filter((state) => state !== from)) {
          const id = await givenIn(table, moves, from)
          const move = set(table, id, `state = '${to}'`)
          if (legal.has(`${from} > ${to}`)) await move
          else await expect(move, `${from} > ${to}`).rejects.toThrow(/violates (foreign key|check) constraint/)
          const [row] = await raw(`select state from ${table} where id = '${id}'`)
          expect(row?.['state']).toBe(legal.has(`${from} > ${to}`) ? to : from)
        }
      }
    },
  )

  test.each(LIVES)('%s: nothing begins in the middle of its life (%s)', async (table, _m, moves) => {
    for (const [from, to] of Object.entries(moves).flatMap(([a, bs]) => bs.map((b) => [a, b] as const))) {
      const refused = /violates (foreign key|check) constraint/
      await expect(given(table, { state: `'${to}'` })).rejects.toThrow(refused)
      await expect(given(table, { state: `'${to}'`, prior_state: `'${from}'` })).rejects.toThrow(refused)
    }
  })

  test('where a row came from is not for anybody to say: a leap with a false past is refused, a past is not rewritten', async () => {
    const planned = await given('access_grant')
    const leap = set('access_grant', planned, `state = 'active', prior_state = 'granting'`)
    await expect(leap).rejects.toThrow(/violates foreign key constraint/)
    const revoked = await givenIn('access_grant', GRANT_MOVES, 'revoking')
    await set('access_grant', revoked, `state = 'revoked', prior_state = 'planned'`)
    await set('access_grant', revoked, `prior_state = 'planned'`)
    const [row] = await raw(`select state, prior_state from access_grant where id = '${revoked}'`)
    expect(row).toEqual({ state: 'revoked', prior_state: 'revoking' })
    await expect(set('access_grant', revoked, `state = 'active'`)).rejects.toThrow(/violates foreign key/)
  })
})
