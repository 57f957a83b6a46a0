import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRequestId, type RequestId } from '../../src/core/ids.ts'
import type { ClaimedCredential, StoredCredential } from '../../src/ports/store/credentials.ts'
import type { EngineName } from '../support/databases.ts'
import { openRaw, type RawDatabase } from '../support/raw-databases.ts'

const HOUR_MS = 3_600_000
const RECEIPT = { keyId: 'k', text: 'sealed' }
const named = (name: 'credential_intended' | 'credential_issued' | 'credential_not_issued' | 'credential_withdrawn') =>
  ({ name, actor: 'timer' }) as const

describe.each<EngineName>(['postgres', 'embedded'])('credentials in the store, on %s', (engine) => {
  let database: RawDatabase
  let made = 0
  beforeAll(async () => {
    database = await openRaw(engine)
  })
  afterAll(() => database.close())
  const { raw, tx } = {
    raw: (statement: string) => database.raw(statement),
    tx: <T>(work: Parameters<RawDatabase['store']['transact']>[0]) => database.store.transact(work) as Promise<T>,
  }

  async function grantIn(state: 'active' | 'revoking'): Promise<RequestId> {
    const id = parseRequestId(`req_${String(made++).padStart(8, '0')}`)
    if (!id.ok) throw new Error('no id')
    await raw(`insert into request (id, state, requester, role_key, role_hash, role, reason, duration_seconds, platform, asked_at, lapses_at)
      values ('${id.value}', 'pending', 'ann', 'r', 'h', '{}', '', 60, 'slack', now(), now())`)
    await raw(`insert into access_grant (id, state, person, provider_key, instance, duration_seconds, planned_at)
      values ('${id.value}', 'planned', 'ann', 'g', 'i', 60, now())`)
    for (const next of ['granting', 'active', 'revoking'].slice(0, state === 'active' ? 2 : 3))
      await raw(`update access_grant set state = '${next}' where id = '${id.value}'`)
    return id.value
  }

  const intend = (grantId: RequestId, answerInMs = 15_000) =>
    tx<StoredCredential>(async ({ credentials, now }) => {
      const about = { grantId, providerKey: 'g', instance: 'i', device: 'd' }
      const times = { worksUntil: now + HOUR_MS, answerBy: now + answerInMs }
      const id = await credentials.intend({ ...about, ...times }, () => named('credential_intended'))
      return credentials.lock(id)
    })
  const issue = (credential: StoredCredential, dueInMs = 0) =>
    tx<boolean>(({ credentials, now }) => {
      const answer = { receipt: RECEIPT, expiresAt: now + HOUR_MS, dueAt: now + dueInMs }
      return credentials.issued(credential, answer, named('credential_issued'))
    })
  const notIssued = (credential: StoredCredential, to: 'refused' | 'unknown') =>
    tx<boolean>(({ credentials }) => credentials.notIssued(credential, to, named('credential_not_issued')))
  const over = (claimed: ClaimedCredential) =>
    tx<boolean>(({ credentials }) => credentials.over(claimed, 'dead', named('credential_withdrawn')))
  const claim = (inFlight: readonly number[] = []) =>
    tx<readonly ClaimedCredential[]>(({ credentials }) =>
      credentials.claim({ limit: 9, instances: { only: 'i' }, inFlight }),
    )
  const stateOf = async ({ id }: StoredCredential) =>
    (await raw(`select state, receipt, key_id from credential where id = ${id}`))[0]

  test('made, claimed and dead: each move once, and the receipt goes with the last', async () => {
    const one = await intend(await grantIn('active'))
    expect(await stateOf(one)).toEqual({ state: 'intended', receipt: null, key_id: null })
    expect([await issue(one), await issue(one), await notIssued(one, 'unknown')]).toEqual([true, false, false])
    const [claimed] = await claim()
    if (claimed === undefined) throw new Error('it is not due')
    expect(claimed).toMatchObject({ id: one.id, receipt: RECEIPT, instance: 'i', providerKey: 'g' })
    expect([await over(claimed), await over(claimed)]).toEqual([true, false])
    expect(await stateOf(one)).toEqual({ state: 'dead', receipt: null, key_id: null })
    expect(await claim()).toEqual([])
  })

  test('an answer that comes late is kept; one after a refusal is not', async () => {
    const [lost, refused] = [await intend(await grantIn('active')), await intend(await grantIn('active'))]
    expect([await notIssued(lost, 'unknown'), await issue(lost, HOUR_MS)]).toEqual([true, true])
    expect([await notIssued(refused, 'refused'), await issue(refused)]).toEqual([true, false])
    expect([await stateOf(lost), await stateOf(refused)]).toMatchObject([{ state: 'issued' }, { state: 'refused' }])
  })

  test('what somebody is at is not given again; who lost the claim writes nothing', async () => {
    const one = await intend(await grantIn('active'))
    await issue(one)
    const [first] = await claim()
    if (first === undefined) throw new Error('it is not due')
    expect(await claim([first.id])).toEqual([])
    const [second] = await claim()
    if (second === undefined) throw new Error('what was left behind is free')
    await tx<void>(({ credentials, now }) => credentials.release(first, { atMs: now, tries: 7, error: 'late' }))
    expect(await over(first)).toBe(false)
    expect(await over(second)).toBe(true)
  })

  test('the end of the access makes them due, and its last one lets it be said', async () => {
    const id = await grantIn('active')
    const one = await intend(id)
    await issue(one, HOUR_MS)
    const closable = () => tx<readonly { id: string }[]>(({ grants }) => grants.claimToClose(99))
    expect(await claim()).toEqual([])
    await tx<boolean>(({ grants }) =>
      grants.move({ id, from: 'active', to: 'revoking' }, { name: 'grant_revoking', actor: 'timer' }),
    )
    expect((await closable()).map((grant) => grant.id)).not.toContain(id)
    const [claimed] = await claim()
    if (claimed === undefined) throw new Error('it is not due')
    await over(claimed)
    expect((await closable()).map((grant) => grant.id)).toContain(id)
  })

  test('one that is about to be made holds the end up, until nobody will say any more what became of it', async () => {
    const id = await grantIn('revoking')
    const one = await intend(id, -1)
    const closable = async () =>
      (await tx<readonly { id: string }[]>(({ grants }) => grants.claimToClose(99))).some((grant) => grant.id === id)
    expect(await closable()).toBe(false)
    const unanswered = await tx<readonly StoredCredential[]>(({ credentials }) => credentials.claimUnanswered(99))
    expect(unanswered.map((each) => each.id)).toEqual([one.id])
    await notIssued(one, 'unknown')
    expect(await closable()).toBe(true)
  })

  test('the database itself keeps a receipt exactly as long as it is needed', async () => {
    const one = await intend(await grantIn('active'))
    const set = (what: string) => raw(`update credential set ${what} where id = ${one.id}`)
    for (const wrong of [`state = 'issued'`, `receipt = 'x'`, `state = 'gone'`])
      await expect(set(wrong)).rejects.toThrow(/violates check constraint/)
    await issue(one, HOUR_MS)
    for (const wrong of [`state = 'dead'`, `receipt = null`]) await expect(set(wrong)).rejects.toThrow(/violates check/)
  })
})
