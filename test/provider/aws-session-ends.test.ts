import { describe, expect, test } from 'vitest'
import { openReceipt } from '../../providers/aws/session-receipt.ts'
import { allowing, trusting } from '../doubles/aws/documents.ts'
import { fault } from '../doubles/aws/faults.ts'
import type { RoleOptions } from '../doubles/aws/hands.ts'
import { ACCOUNT, readWith, SESSION_ROLE } from '../support/aws-account.ts'
import { assuming, givenSessions, MINUTE } from '../support/aws-sessions.ts'

const NEVER_ASKED = { kind: 'refused', detail: expect.stringMatching(/could not ask about itself when it was made$/) }

describe('a session', () => {
  test('is over on the second of the end at AWS, with nothing of ours running', async () => {
    const { cloud, clock, start, issue } = await givenSessions()
    const { credential, expiresAt } = await issue({ endsAt: start + 90_700 })
    expect(expiresAt).toBe(start + 90_000)
    const asked = cloud.journal.length
    clock.at = start + 89_999
    expect(await readWith(cloud, credential)).toEqual({ status: 200, body: 'up' })
    clock.at = start + 90_000
    expect((await readWith(cloud, credential)).status).toBe(403)
    expect(cloud.journal.slice(asked).map(({ service }) => service)).toEqual(['s3', 's3'])
    expect(Object.values(cloud.state.sessions).map((one) => one.expiresAt - start)).toEqual([900_000])
  })

  test('is over on that second also where a policy of the bucket lets everybody of the role in', async () => {
    const { cloud, clock, start, issue } = await givenSessions()
    const Condition = { StringLike: { 'aws:PrincipalArn': '*role/ThandSession' } }
    const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition }
    Object.assign(cloud.state.buckets['acme-payroll'] ?? {}, {
      policy: JSON.stringify({ Version: '2012-10-17', Statement }),
    })
    const { credential } = await issue()
    expect((await readWith(cloud, credential, '/acme-payroll/q3.txt')).status).toBe(200)
    clock.at = start + 10 * MINUTE
    expect((await readWith(cloud, credential, '/acme-payroll/q3.txt')).status).toBe(403)
  })

  test('tells AWS which grant it is of, and whose', async () => {
    const { cloud, issue } = await givenSessions()
    for (const holder of ['ann@acme.example', 'bob']) await issue({ holder })
    expect(Object.values(cloud.state.sessions).map(({ name, sourceIdentity }) => [name, sourceIdentity])).toEqual([
      ['jit-req_7k2mq9xd-1', 'ann@acme.example'],
      ['jit-req_7k2mq9xd-2', 'bob'],
    ])
  })

  test.each(['', 'a', 'ånn sørensen', 'aws:root', '../../x', 'x'.repeat(100), 'U1|{"a":1}', '\u0000\n', '☃☃'])(
    'takes whoever it is for in letters of AWS’s: %j',
    async (holder) => {
      const { cloud, issue } = await givenSessions()
      await issue({ holder })
      const [session] = Object.values(cloud.state.sessions)
      expect(session?.sourceIdentity).toMatch(/^[\w+=,.@-]{2,64}$/)
    },
  )

  test('comes as the variables that every SDK reads, and with the console where there is one', async () => {
    const { issue, cloud } = await givenSessions({
      config: { region: 'eu-west-1', session: { role: 'ThandSession', console: true } },
    })
    const { credential } = await issue()
    const [session] = Object.values(cloud.state.sessions)
    expect(Object.entries(credential.environment).map(([name, value]) => [name, value.reveal()])).toEqual([
      ['AWS_ACCESS_KEY_ID', session?.id],
      ['AWS_SECRET_ACCESS_KEY', session?.secret],
      ['AWS_SESSION_TOKEN', session?.token],
      ['AWS_REGION', 'eu-west-1'],
      ['AWS_DEFAULT_REGION', 'eu-west-1'],
    ])
    expect(credential.console?.federation).toBe('https://signin.aws.amazon.com/federation')
  })

  test('of a role with all its rights ends in the same way', async () => {
    const Deploy: RoleOptions = { policies: { work: allowing('s3:*') } }
    const accounts = { [ACCOUNT]: { roles: { Deploy } } }
    const { cloud, clock, start, issue } = await givenSessions({ cloud: { accounts }, permissions: assuming('Deploy') })
    const { credential } = await issue()
    expect((await readWith(cloud, credential, '/acme-payroll/q3.txt')).status).toBe(200)
    clock.at = start + 10 * MINUTE
    expect((await readWith(cloud, credential, '/acme-payroll/q3.txt')).status).toBe(403)
  })
})

describe('how long a session lives by itself', () => {
  const seconds = async (world: Awaited<ReturnType<typeof givenSessions>>, grantSeconds: number) => {
    const { expiresAt } = await world.issue({ endsAt: world.start + grantSeconds * 1000 })
    const asked = Number(world.sent('AssumeRole').at(-1)?.parameters['DurationSeconds'])
    return { asked, left: Math.round((expiresAt - world.start) / 1000) }
  }
  const long = {
    role: { ...SESSION_ROLE, maxSessionSeconds: 7200 },
    config: { session: { role: 'ThandSession', max_duration: 7200 } },
  }

  test('is a quarter of an hour at least: the end is in its policy', async () => {
    const world = await givenSessions()
    expect(await seconds(world, 60)).toEqual({ asked: 900, left: 60 })
    expect(await seconds(world, 1)).toEqual({ asked: 900, left: 1 })
  })

  test('is as long as its role lets it at most: what is left of the grant is for the next one', async () => {
    const world = await givenSessions(long)
    expect(await seconds(world, 5 * 3600)).toEqual({ asked: 7200, left: 7200 })
    const { asked, left } = await seconds(world, 5400)
    expect([asked, left].map((each) => each > 5300 && each <= 5400)).toEqual([true, true])
  })

  test('is an hour of a role that nothing is known of', async () => {
    const accounts = { [ACCOUNT]: { roles: { Deploy: SESSION_ROLE } } }
    const world = await givenSessions({ ...long, cloud: { accounts }, permissions: assuming('Deploy') })
    expect(await seconds(world, 5 * 3600)).toEqual({ asked: 3600, left: 3600 })
  })

  test('is an hour where we are a session ourselves, and where we cannot tell', async () => {
    const broker = `arn:aws:iam::${ACCOUNT}:role/Broker`
    const roles = {
      Broker: { isThands: true, policies: { all: allowing('*') } },
      ThandSession: { ...long.role, trust: trusting(broker) },
    }
    const config = { ...long.config, assume_role: { arn: broker } }
    const chained = await givenSessions({ ...long, cloud: { accounts: { [ACCOUNT]: { roles } } }, config })
    expect(await seconds(chained, 5 * 3600)).toEqual({ asked: 3600, left: 3600 })
    const unsure = await givenSessions(long)
    unsure.cloud.faults.next({ operation: 'GetCallerIdentity' }, fault.error)
    expect(await seconds(unsure, 5 * 3600)).toEqual({ asked: 3600, left: 3600 })
  })
})

describe('an early end', () => {
  test('is that of one session: another one of the same grant goes on', async () => {
    const { cloud, issue, withdraw, isDead, endings } = await givenSessions()
    const [first, second] = [await issue({ number: 1 }), await issue({ number: 11 })]
    await withdraw(first.receipt)
    const statuses = [first, second].map(async ({ credential }) => (await readWith(cloud, credential)).status)
    expect(await Promise.all(statuses)).toEqual([403, 200])
    expect([await isDead(first.receipt), await isDead(second.receipt)]).toEqual([true, false])
    expect(endings()).toEqual([`jit-ended-jit-req_7k2mq9xd-1-${openReceipt(first.receipt).endsAt / 1000}`])
  })

  test('writes nothing once AWS ends it by itself, and a read says when that is', async () => {
    const { clock, start, issue, withdraw, isDead, sent } = await givenSessions()
    const { receipt } = await issue()
    clock.at = start + 10 * MINUTE - 3000
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(await isDead(receipt)).toBe(false)
    clock.at = start + 10 * MINUTE
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(await isDead(receipt)).toBe(true)
    expect(sent('PutRolePolicy')).toEqual([])
  })

  test('AWS’s time is asked once for many that end in the same second, and not at all when it is well past', async () => {
    const { clock, start, issue, withdraw, isDead, sent } = await givenSessions()
    const many = [await issue({ number: 1 }), await issue({ number: 2 }), await issue({ number: 3 })]
    clock.at = start + 10 * MINUTE
    for (const { receipt } of many) expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(sent('GetCallerIdentity')).toHaveLength(1)
    clock.at += 5000
    for (const { receipt } of many.slice(0, 1)) expect(await isDead(receipt)).toBe(true)
    const asked = sent('GetAccessKeyInfo').length
    for (const { receipt } of many) expect(await isDead(receipt)).toBe(true)
    expect([sent('GetCallerIdentity').length, sent('GetAccessKeyInfo').length]).toEqual([2, asked])
  })

  test('is not there before AWS has it in force', async () => {
    const { cloud, clock, issue, withdraw, isDead } = await givenSessions()
    const { receipt } = await issue()
    cloud.past.policyDelayMs = 8000
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(await isDead(receipt)).toBe(false)
    clock.at += 8000
    expect(await isDead(receipt)).toBe(true)
  })

  test('is written also where AWS does not tell its time', async () => {
    const { cloud, issue, withdraw, endings } = await givenSessions()
    const { receipt } = await issue()
    cloud.faults.next({ operation: 'GetCallerIdentity' }, fault.error)
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(endings()).toHaveLength(1)
  })

  test('of a session that could never ask about itself is seen by AWS’s clock alone', async () => {
    const { clock, start, issue, withdraw, isDead, readDead } = await givenSessions({
      role: { policies: { work: allowing('s3:*') } },
    })
    const { receipt } = await issue()
    expect(await readDead(receipt)).toMatchObject({ ok: false, error: NEVER_ASKED })
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect(await readDead(receipt)).toMatchObject({ ok: false, error: NEVER_ASKED })
    clock.at = start + 10 * MINUTE + 5000
    expect(await isDead(receipt)).toBe(true)
  })

  test('of a session that was asked in vain when it was made is seen by the clock alone; it is asked twice', async () => {
    const { cloud, issue, withdraw, isDead, readDead } = await givenSessions()
    cloud.faults.next({ operation: 'GetAccessKeyInfo' }, fault.error)
    const first = await issue()
    await withdraw(first.receipt)
    expect(await isDead(first.receipt)).toBe(true)
    cloud.faults.next({ operation: 'GetAccessKeyInfo' }, fault.error, 2)
    const second = await issue()
    await withdraw(second.receipt)
    expect(await readDead(second.receipt)).toMatchObject({ ok: false, error: NEVER_ASKED })
  })

  test('of one that was given back leaves the last room of its role to the ends of accesses', async () => {
    const { cloud, issue, withdraw, isDead, endings } = await givenSessions()
    const given = async () => withdraw((await issue()).receipt, true)
    const { receipt: first } = await issue()
    let answer = await withdraw(first, true)
    while (answer.ok) answer = await given()
    expect(answer.error).toMatchObject({
      kind: 'refused',
      detail: expect.stringMatching(/^it was given back, and runs out/),
    })
    expect(endings()).toHaveLength(40)
    // Of one that has its place the next try writes it again.
    expect(await withdraw(first, true)).toMatchObject({ ok: true })
    const { credential, receipt } = await issue()
    expect(await withdraw(receipt)).toMatchObject({ ok: true })
    expect([(await readWith(cloud, credential)).status, await isDead(receipt)]).toEqual([403, true])
  })

  test('that AWS does not let us write is no trouble of the account’s', async () => {
    const { cloud, issue, withdraw, isDead } = await givenSessions()
    const { receipt } = await issue()
    cloud.faults.next({ operation: 'PutRolePolicy' }, fault.forbidden)
    expect(await withdraw(receipt)).toMatchObject({
      error: { kind: 'refused', detail: expect.stringMatching(/AccessDenied.*ThandSession/) },
    })
    expect(await isDead(receipt)).toBe(false)
  })

  test('that has no room any more says so, and has it when others have run out', async () => {
    const { cloud, clock, issue, withdraw, isDead, tidy, endings } = await givenSessions()
    let last = await issue()
    let ended = await withdraw(last.receipt)
    while (ended.ok) {
      last = await issue()
      ended = await withdraw(last.receipt)
    }
    expect(ended.error).toMatchObject({
      kind: 'refused',
      detail: expect.stringMatching(/^the policies on the role ThandSession have no room/),
    })
    expect(endings().length).toBeGreaterThanOrEqual(68)
    expect([(await readWith(cloud, last.credential)).status, await isDead(last.receipt)]).toEqual([200, false])
    const later = await issue({ endsAt: clock.at + 55 * MINUTE })
    clock.at += 21 * MINUTE
    expect(await tidy()).toMatchObject({ ok: true })
    expect(await withdraw(later.receipt)).toMatchObject({ ok: true })
    expect(await isDead(later.receipt)).toBe(true)
  })
})
