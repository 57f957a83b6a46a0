import { expect, type TestContext, test } from 'vitest'
import type { AwsCloud } from '../doubles/aws/cloud.ts'
import { allowing, trusting } from '../doubles/aws/documents.ts'
import { fault, throttled } from '../doubles/aws/faults.ts'
import {
  ACCOUNT,
  AWS_ROLES,
  endAtAws,
  endingsOf,
  envOf,
  inlineOf,
  membersOf,
  pulledKeys,
  READERS_POLICY,
  readAs,
  startAcme,
  withAws,
} from '../support/aws-stage.ts'
import { credentialsOf } from '../support/credential-stage.ts'
import { expiresAt, extend } from '../support/extending.ts'
import { givenDevice } from '../support/logged-in.ts'
import type { WorldOptions } from '../support/world.ts'
import { eventually, givenStage, impatient, type Stage, yamlWith } from './b-stage.ts'
import { leakedOf } from './c-canaries.ts'
import { dumpOf, shownIn } from './c-stage.ts'

/** What IAM says is believed after ten seconds; the rest is for a busy machine. */
const LIMIT_MS = 90_000
const LONG = { timeout: 240_000 }
const MINUTE_MS = 60_000

interface Begin {
  readonly wrapping?: WorldOptions['wrapping']
  readonly yaml?: (yaml: string) => string
  readonly env?: Readonly<Record<string, string>>
}

interface Acme extends Stage {
  readonly cloud: AwsCloud
  /** Sam has approved it, and Thand has given it. */
  active(user: string, role: string, time?: string): Promise<string>
  over(id: string): Promise<void>
}

async function given(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  { wrapping = {}, yaml = (text) => text, env = {} }: Begin = {},
): Promise<Acme> {
  const cloud = await startAcme()
  const stage = await givenStage({
    wrapping,
    yaml: (github) => yaml(withAws(yamlWith(github, { roles: AWS_ROLES }))),
    env: { ...envOf(cloud), ...env },
  })
  onTestFinished(async () => {
    const problems = [...stage.world.slack.problems, ...stage.github.problems, ...cloud.problems]
    await stage.close()
    await cloud.close()
    expect(problems).toEqual([])
  })
  return {
    ...stage,
    cloud,
    async active(user, role, time = '30m') {
      const id = await stage.give(user, `aws:${role} ${time}`)
      await stage.reach(id, 'active', LIMIT_MS)
      return id
    },
    over: (id) => stage.reach(id, 'revoked', LIMIT_MS),
  }
}

const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000
const said = (stage: Stage, id: string, words: RegExp) =>
  eventually(`the card of ${id}: ${words}`, async () => words.test(stage.cardText(id)), LIMIT_MS)

test.concurrent(
  'B18: a session is ended early: it alone is refused, and what denied it goes once nothing of it can live',
  LONG,
  async (context) => {
    const stage = await given(context)
    const { cloud, world } = stage
    const [ann, bob] = [await givenDevice(world, 'U0ANN'), await givenDevice(world, 'U0BOB')]
    const [hers, his] = [await stage.active('U0ANN', 'read-reports'), await stage.active('U0BOB', 'read-reports')]
    const [annKeys, bobKeys] = [await pulledKeys(ann, hers), await pulledKeys(bob, his)]
    const readings = () => Promise.all([readAs(cloud, annKeys), readAs(cloud, bobKeys)])
    expect(await readings()).toEqual([200, 200])
    await stage.say('U0ANN', `end ${hers}`)
    await stage.over(hers)
    expect(await readings()).toEqual([403, 200])
    expect(endingsOf(cloud)).toEqual([expect.stringMatching(`^jit-ended-jit-${hers}-`)])
    // Past the hour that AWS may give a session, and what clocks may be apart; Thand looks once a minute.
    const later = Date.now() + 70 * MINUTE_MS
    cloud.setClock(() => later)
    await eventually('the house is kept', async () => endingsOf(cloud).length === 0, LIMIT_MS)
    expect(await readings()).toEqual([403, 403])
  },
)

test.concurrent.for([
  ['AWS is down', (cloud: AwsCloud) => cloud.faults.goDown(), /no clear answer from AWS/],
  ['its key is revoked', (cloud: AwsCloud) => cloud.faults.breakCredential('revoked'), /InvalidClientTokenId/],
] as const)(
  'B5: %s at the end of a membership: alarmed, never "revoked", and gone within a minute once it is mended',
  LONG,
  async ([_what, broken, why], context) => {
    const stage = await given(context, { wrapping: impatient({ overdueMs: 1_500 }) })
    const { cloud } = stage
    const id = await stage.active('U0ANN', 'on-call')
    broken(cloud)
    await stage.expire(id)
    await eventually('the alarm', async () => (await stage.events(id)).includes('grant_overdue'), LIMIT_MS)
    await said(stage, id, why)
    expect(stage.cardHistory(id).join('\n')).not.toContain('Ended')
    expect([(await stage.grantOf(id)).state, membersOf(cloud)]).toEqual(['revoking', ['bob', 'ann']])
    cloud.faults.clear()
    await eventually('out of the group', async () => !membersOf(cloud).includes('ann'), MINUTE_MS)
    await stage.over(id)
    expect(stage.world.log.filter((line) => line.includes('revoke_overdue') && line.includes(id))).toHaveLength(1)
  },
)

test.concurrent(
  'AWS asks to wait: the card says so and for how long, and it is given afterwards',
  LONG,
  async (context) => {
    const stage = await given(context)
    const { cloud } = stage
    cloud.faults.next({ operation: 'AddUserToGroup' }, throttled(7))
    const id = await stage.give('U0ANN', 'aws:on-call 30m')
    await said(stage, id, /AWS asks to wait 7 s/)
    const calls = () => cloud.journal.filter(({ operation }) => operation === 'AddUserToGroup')
    await stage.reach(id, 'active', LIMIT_MS)
    const [first, second] = calls().map(({ at }) => at)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(7_000)
  },
)

test.concurrent.for<readonly [string, string]>([
  ['membership', 'on-call'],
  ['managed policy', 'reader'],
])('B3: a %s that stood before is neither given nor taken', LONG, async ([_what, role], context) => {
  const stage = await given(context)
  const { cloud } = stage
  const id = await stage.active('U0BOB', role)
  await said(stage, id, /already/)
  await stage.say('U0BOB', `end ${id}`)
  await stage.over(id)
  const bob = cloud.state.accounts[ACCOUNT]?.users['bob']
  expect([membersOf(cloud), bob?.attached]).toEqual([['bob'], [READERS_POLICY]])
  expect(cloud.journal.filter(({ applied }) => applied)).toEqual([])
})

test.concurrent(
  'the user was renamed meanwhile: what was given is taken from the same user under the new name',
  LONG,
  async (context) => {
    const stage = await given(context)
    const { cloud } = stage
    const [policy, group] = [await stage.active('U0ANN', 'own-reports'), await stage.active('U0ANN', 'on-call')]
    cloud.hands().renameUser('ann', 'ann.b')
    cloud.hands().createUser('ann')
    cloud.hands().setMember('sre', 'ann', true)
    for (const id of [policy, group]) await stage.say('U0ANN', `end ${id}`)
    for (const id of [policy, group]) await stage.over(id)
    expect([inlineOf(cloud, 'ann.b'), membersOf(cloud)]).toEqual([[], ['bob', 'ann']])
  },
)

test.concurrent(
  'the user was deleted meanwhile and another has the name: the newcomer is left alone',
  LONG,
  async (context) => {
    const stage = await given(context)
    const { cloud } = stage
    const [policy, group] = [await stage.active('U0ANN', 'own-reports'), await stage.active('U0ANN', 'on-call')]
    cloud.hands().deleteUser('ann')
    cloud.hands().createUser('ann')
    cloud.hands().setMember('sre', 'ann', true)
    cloud.hands().setAttached('user', 'ann', READERS_POLICY, true)
    const before = cloud.journal.length
    for (const id of [policy, group]) await stage.say('U0ANN', `end ${id}`)
    for (const id of [policy, group]) await stage.over(id)
    expect(membersOf(cloud)).toEqual(['bob', 'ann'])
    expect(cloud.journal.slice(before).filter(({ applied }) => applied)).toEqual([])
    // What is asked for later is not given to the newcomer either: the account is pinned to the user who is gone.
    const later = await stage.give('U0ANN', 'aws:own-reports 30m')
    await said(stage, later, /Not granted/)
    expect(inlineOf(cloud, 'ann')).toEqual([])
  },
)

test.concurrent(
  'B18: more time moves the end of a policy at AWS, and of sessions that are pulled afterwards',
  LONG,
  async (context) => {
    const stage = await given(context)
    const { cloud, world } = stage
    const ann = await givenDevice(world, 'U0ANN')
    const key = cloud.hands().createKey('ann')
    const [own, session] = [await stage.active('U0ANN', 'own-reports'), await stage.active('U0ANN', 'read-reports')]
    const before = await pulledKeys(ann, session)
    const [ownEnd, sessionEnd] = [await expiresAt(stage, own), await expiresAt(stage, session)]
    for (const id of [own, session])
      await stage.say('U0SAM', `approve ${await extend(stage, 'U0ANN', `${id} 10m more`)}`)
    const moved = wholeSecond(ownEnd + 10 * MINUTE_MS)
    await eventually('AWS knows', async () => endAtAws(cloud, 'ann', own) === moved, LIMIT_MS)
    const after = await pulledKeys(ann, session)
    const later = wholeSecond(sessionEnd + 10 * MINUTE_MS)
    const read = async (at: number) => {
      cloud.setClock(() => at)
      return Promise.all([before, after].map((keys) => readAs(cloud, keys)))
    }
    expect(await read(wholeSecond(sessionEnd) - 1)).toEqual([200, 200])
    expect(await read(wholeSecond(sessionEnd))).toEqual([403, 200])
    expect([await read(later - 1), await read(later)]).toEqual([
      [403, 200],
      [403, 403],
    ])
    cloud.setClock(() => moved - 1)
    expect(await readAs(cloud, key)).toBe(200)
    cloud.setClock(() => moved)
    expect(await readAs(cloud, key)).toBe(403)
  },
)

test.concurrent(
  'C11: no key of AWS, no session token and no external id is in a log, a card, a row, an answer or a fault',
  LONG,
  async (context) => {
    const externalId = `canary-external-${'4b1d'.repeat(4)}`
    const stage = await given(context, {
      wrapping: impatient({ overdueMs: 1_500 }),
      yaml: (text) =>
        text.replace(
          'session: { role: ThandSession }',
          `session: { role: ThandSession }\n      assume_role: { arn: "arn:aws:iam::${ACCOUNT}:role/ThandControl", external_id: "\${env:AWS_EXTERNAL}" }`,
        ),
      env: { AWS_EXTERNAL: externalId },
    })
    const { cloud, world, sql } = stage
    cloud.hands().createRole('ThandControl', { isThands: true, policies: { all: allowing('*') } })
    cloud.hands().deleteRole('ThandSession')
    cloud.hands().createRole('ThandSession', {
      trust: trusting(`arn:aws:iam::${ACCOUNT}:role/ThandControl`),
      policies: { work: allowing('s3:*', 'sts:GetAccessKeyInfo') },
    })
    const ann = await givenDevice(world, 'U0ANN')
    const id = await stage.active('U0ANN', 'read-reports')
    const keys = await pulledKeys(ann, id)
    expect(await readAs(cloud, keys)).toBe(200)
    const sessions = () => Object.values(cloud.state.sessions)
    const secrets = () => ({
      own: cloud.credentials.secretAccessKey,
      externalId,
      ...Object.fromEntries(
        sessions().flatMap(({ secret, token }, n) => [
          [`secret ${n}`, secret],
          [`token ${n}`, token],
        ]),
      ),
    })
    // AWS repeats what it was sent, as it does in its refusals.
    const echo = `${cloud.credentials.accessKeyId} ${keys.accessKeyId}`
    cloud.faults.next(
      { operation: 'PutRolePolicy' },
      { kind: 'refusal', code: 'ValidationError', status: 400, message: echo },
    )
    await stage.say('U0ANN', `end ${id}`)
    const lastError = async () => (await credentialsOf(stage, id))[0]?.lastError
    await eventually('the refusal', async () => (await lastError()) !== null, LIMIT_MS)
    expect(await dumpOf(sql)).toMatch(/ValidationError: \[secret\] \[secret\]/)
    expect((await credentialsOf(stage, id))[0]?.receipt).toEqual(expect.anything())
    const sealed = await dumpOf(sql)
    await stage.over(id)
    cloud.faults.next({ operation: 'AddUserToGroup' }, fault.forbidden, 3)
    const group = await stage.give('U0ANN', 'aws:on-call 30m')
    await eventually('the refusal', async () => /AccessDenied/.test(world.log.join('\n')), LIMIT_MS)
    await stage.say('U0ANN', `end ${group}`)

    const sinks = {
      log: world.log.join('\n'),
      rows: `${sealed}\n${await dumpOf(sql)}`,
      shown: JSON.stringify(shownIn(world.slack)),
      'slack calls': JSON.stringify(world.slack.calls.map(({ method, args }) => [method, args])),
    }
    for (const [name, sink] of Object.entries(sinks)) {
      expect([name, sink.length > 100, leakedOf(secrets(), sink)]).toEqual([name, true, []])
    }
    expect(leakedOf(secrets(), JSON.stringify([keys, externalId])).length).toBe(3)
    expect(cloud.journal.some(({ parameters }) => parameters['ExternalId'] === externalId)).toBe(true)
  },
)
