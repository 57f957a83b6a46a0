import { describe, expect, test } from 'vitest'
import { endOfEnding } from '../../providers/aws/session-names.ts'
import { openReceipt } from '../../providers/aws/session-receipt.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { fault } from '../doubles/aws/faults.ts'
import { ACCOUNT, readWith, SESSION_ROLE } from '../support/aws-account.ts'
import { assuming, givenSessions, MINUTE } from '../support/aws-sessions.ts'
import { expectValue } from './conformance.ts'

describe('the policy that ended a session early', () => {
  test('stays for as long as the session could do anything, and is gone five minutes after that', async () => {
    const { cloud, clock, issue, withdraw, tidy, endings } = await givenSessions()
    const { credential, receipt } = await issue()
    await withdraw(receipt)
    const { endsAt, expiresAt } = openReceipt(receipt)
    expect(expiresAt).toBeGreaterThan(endsAt)
    for (const at of [endsAt - MINUTE, endsAt, endsAt + 5 * MINUTE]) {
      clock.at = at
      expect([await tidy(), endings().length]).toEqual([{ ok: true, value: 0 }, 1])
      expect((await readWith(cloud, credential)).status).toBe(403)
    }
    clock.at = endsAt + 5 * MINUTE + 1000
    expect([await tidy(), endings()]).toEqual([{ ok: true, value: 1 }, []])
    expect((await readWith(cloud, credential)).status).toBe(403)
    expect(await tidy()).toEqual({ ok: true, value: 0 })
  })

  test('is told from every other policy by its exact name', async () => {
    const { cloud, clock, tidy } = await givenSessions()
    const others = [
      ...['jit-ended-', 'jit-ended-jit-req_x-1', 'jit-ended-jit-req_x-1-99', 'jit-ended-jit-req_x-1-1000000000x'],
      ...[
        'my-jit-ended-jit-req_x-1-1000000000',
        'jit-ended-req_x-1-1000000000',
        'jit-req_x',
        'JIT-ended-jit-req_x-1-1000000000',
      ],
    ]
    const name = 'jit-ended-jit-req_x-1-1000000000'
    for (const each of [...others, name])
      cloud.hands().setInline('role', 'ThandSession', each, allowing('s3:GetObject'))
    clock.at += 365 * 24 * 60 * MINUTE
    expect(await tidy()).toEqual({ ok: true, value: 1 })
    const left = Object.keys(cloud.state.accounts[ACCOUNT]?.roles['ThandSession']?.inline ?? {})
    expect(left.sort()).toEqual([...others, 'work'].sort())
    expect([endOfEnding(name), ...others.map(endOfEnding)]).toEqual([1e12, ...others.map(() => undefined)])
  })

  test('is found behind any number of others, and by several at once', async () => {
    const { clock, issue, withdraw, open, tidy, endings } = await givenSessions({ cloud: { pageSize: 2 } })
    for (const _ of Array(7)) await withdraw((await issue()).receipt)
    expect(endings()).toHaveLength(7)
    clock.at += 60 * MINUTE
    const found = await Promise.all([tidy(), tidy(open())])
    expect(found.map(({ ok }) => ok)).toEqual([true, true])
    expect(endings()).toEqual([])
  })

  test('is found on a role that only the configuration names, also by a new process', async () => {
    const accounts = { [ACCOUNT]: { roles: { Deploy: SESSION_ROLE, ThandSession: SESSION_ROLE } } }
    const world = await givenSessions({ cloud: { accounts }, permissions: assuming('Deploy') })
    await world.withdraw((await world.issue()).receipt)
    expect([world.endings('Deploy').length, world.endings().length]).toEqual([1, 0])
    world.clock.at += 60 * MINUTE
    const another = world.open()
    expect([await world.tidy(another, []), world.endings('Deploy').length]).toEqual([{ ok: true, value: 0 }, 1])
    expect([await world.tidy(another), world.endings('Deploy')]).toEqual([{ ok: true, value: 1 }, []])
  })

  test('on a role that can be asked goes, whatever is wrong with the others, and that is said', async () => {
    const world = await givenSessions()
    await world.withdraw((await world.issue()).receipt)
    const gone = expectValue(world.provider.parseEntitlement(assuming('Gone')))?.scope ?? ''
    world.clock.at += 60 * MINUTE
    expect(await world.tidy(world.provider, [gone])).toMatchObject({
      ok: false,
      error: { kind: 'unseen', detail: expect.stringContaining('Gone') },
    })
    expect(world.endings()).toEqual([])
  })

  test('stays while AWS does not tell its time', async () => {
    const world = await givenSessions()
    await world.withdraw((await world.issue()).receipt)
    world.clock.at += 60 * MINUTE
    world.cloud.faults.next({ operation: 'GetCallerIdentity' }, fault.error)
    expect(await world.tidy()).toMatchObject({ ok: false, error: { kind: 'unknown' } })
    expect(world.endings()).toHaveLength(1)
  })
})
