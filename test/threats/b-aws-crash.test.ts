import { expect, inject, test } from 'vitest'
import { type Child, type Stage, setStage } from '../campaign/stage.ts'
import type { AwsCloud } from '../doubles/aws/cloud.ts'
import { type FaultKind, fault, isWrite } from '../doubles/aws/faults.ts'
import {
  AWS_ROLES,
  endAtAws,
  endingsOf,
  envOf,
  inlineOf,
  membersOf,
  pulledKeys,
  readAs,
  startAcme,
  withAws,
} from '../support/aws-stage.ts'
import { pull } from '../support/credential-stage.ts'
import type { DeviceClient } from '../support/device-client.ts'
import { givenDevice } from '../support/logged-in.ts'
import { standardConfig } from '../support/standard-config.ts'
import { eventually } from './b-stage.ts'

/** What IAM says is believed after ten seconds; the rest is for a busy machine. */
const LIMIT_MS = 90_000
const LONG = { timeout: 300_000 }
const MINUTE_MS = 60_000

interface Scene {
  readonly stage: Stage
  readonly cloud: AwsCloud
  launch(env?: Record<string, string>): Promise<Child>
  device(child: Child): Promise<DeviceClient>
  /** Ann asks for half an hour, and Sam approves. */
  approved(child: Child, role: string): Promise<string>
  reach(id: string, state: string): Promise<void>
  stateOf(id: string): Promise<string>
  /** As our record has it, in ms. */
  endOf(id: string): Promise<number>
  credential(id: string): Promise<Record<string, unknown>>
  /** Its time is up by Thand's clock. */
  expire(id: string): Promise<void>
  cardText(id: string): string
  /** Sets AWS's clock, where it stands still. */
  atAws(ms: number): void
}

/** Real servers in processes of their own, on real PostgreSQL, before an AWS whose policies count. */
async function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const cloud = await startAcme()
  const yaml = (github: Parameters<typeof standardConfig>[0]) => withAws(standardConfig(github, { roles: AWS_ROLES }))
  const stage = await setStage(inject('postgresUrl'), { yaml, env: envOf(cloud) })
  const { sql, slack } = stage
  const stateOf = async (id: string) => String((await sql`select state from access_grant where id = ${id}`)[0]?.state)
  const reach = (id: string, state: string) =>
    eventually(`${id} ${state}`, async () => (await stateOf(id)) === state, LIMIT_MS)
  const shown = () => [...slack.messages.values()].map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`)
  try {
    await play({
      ...{ stage, cloud, reach, stateOf },
      launch: (env) => stage.launch(env),
      device: ({ client, url }) => givenDevice({ client, server: { url } }, 'U0ANN'),
      async approved({ client }, role) {
        const asked = async () => (await sql`select id from request`).map((row) => String(row.id))
        await client.command('U0ANN', `request aws:${role} 30m`)
        // The answer may come later than the acknowledgement: on a busy machine it is not in it.
        await eventually('the request', async () => (await asked()).length === 1, LIMIT_MS)
        const [id = ''] = await asked()
        // A server that is to die while it gives may die before it has answered.
        await client.command('U0SAM', `approve ${id}`).catch(() => undefined)
        return id
      },
      async endOf(id) {
        const [row] = await sql`select expires_at from access_grant where id = ${id}`
        return Number(row?.expires_at)
      },
      async credential(id) {
        return (await sql`select * from credential where grant_id = ${id}`)[0] ?? {}
      },
      async expire(id) {
        await sql`update access_grant set expires_at = now() where id = ${id} and state = 'active'`
      },
      cardText: (id) => shown().find((text) => text.includes(id)) ?? '',
      atAws: (ms) => cloud.setClock(() => ms),
    })
    expect([...slack.problems, ...cloud.problems]).toEqual([])
  } finally {
    await stage.close()
    await cloud.close()
  }
}

const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000
/** What Thand asked AWS for since then; S3 is asked by those who use what they were given. */
const callsSince = ({ journal }: AwsCloud, n: number) =>
  journal
    .slice(n)
    .filter(({ service }) => service !== 's3')
    .map(({ operation }) => operation)
const writesOf = ({ journal }: AwsCloud) =>
  journal.filter(({ operation, applied }) => applied && isWrite(operation)).map(({ operation }) => operation)
const said = (cardText: Scene['cardText'], id: string, words: RegExp) =>
  eventually(`the card of ${id}: ${words}`, async () => words.test(cardText(id)), LIMIT_MS)

test.concurrent(
  'B18: Thand is dead at the end: AWS ends the session on the second, asked by nobody, and who starts later reads it and says so',
  LONG,
  () =>
    scene(async ({ cloud, launch, device, approved, reach, endOf, credential, expire, cardText, atAws }) => {
      const first = await launch()
      const id = await approved(first, 'read-reports')
      await reach(id, 'active')
      const keys = await pulledKeys(await device(first), id)
      expect(await readAs(cloud, keys)).toBe(200)
      const end = wholeSecond(await endOf(id))
      await first.kill()
      const killedAt = cloud.journal.length
      atAws(end - 1)
      expect(await readAs(cloud, keys)).toBe(200)
      atAws(end)
      expect(await readAs(cloud, keys)).toBe(403)
      expect(callsSince(cloud, killedAt)).toEqual([])

      // Past what two clocks of AWS may be apart.
      atAws(end + 10_000)
      await expire(id)
      await launch()
      await reach(id, 'revoked')
      expect(callsSince(cloud, killedAt)).toContain('GetCallerIdentity')
      expect([await readAs(cloud, keys), endingsOf(cloud), writesOf(cloud)]).toEqual([403, [], ['AssumeRole']])
      expect(await credential(id)).toMatchObject({ state: 'dead', receipt: null, key_id: null })
      await said(cardText, id, /are dead, checked at AWS/)
    }),
)

test.concurrent(
  'Thand is dead at the end: AWS ends a policy on the person’s own user on the second, and the next start takes it away',
  LONG,
  () =>
    scene(async ({ cloud, launch, approved, reach, endOf, expire, cardText, atAws }) => {
      const key = cloud.hands().createKey('ann')
      const first = await launch()
      const id = await approved(first, 'own-reports')
      await reach(id, 'active')
      expect(await readAs(cloud, key)).toBe(200)
      await said(cardText, id, /AWS ends it by itself then, whatever happens to Thand/)
      const end = wholeSecond(await endOf(id))
      expect(endAtAws(cloud, 'ann', id)).toBe(end)
      await first.kill()
      const killedAt = cloud.journal.length
      atAws(end - 1)
      expect(await readAs(cloud, key)).toBe(200)
      atAws(end)
      expect(await readAs(cloud, key)).toBe(403)
      expect([callsSince(cloud, killedAt), inlineOf(cloud, 'ann')]).toEqual([[], [`jit-${id}`]])

      await expire(id)
      await launch()
      await reach(id, 'revoked')
      expect([inlineOf(cloud, 'ann'), writesOf(cloud)]).toEqual([[], ['PutUserPolicy', 'DeleteUserPolicy']])
    }),
)

test.concurrent(
  'Thand is dead at the end: a membership stays, as its card said it would, and the next start takes it away at once',
  LONG,
  () =>
    scene(async ({ cloud, launch, approved, reach, stateOf, endOf, expire, cardText, atAws }) => {
      const first = await launch()
      const id = await approved(first, 'on-call')
      await reach(id, 'active')
      await said(cardText, id, /AWS has no end of its own: Thand takes it back/)
      await first.kill()
      const killedAt = cloud.journal.length
      atAws((await endOf(id)) + 60 * MINUTE_MS)
      await expire(id)
      expect([membersOf(cloud), callsSince(cloud, killedAt)]).toEqual([['bob', 'ann'], []])
      expect(await stateOf(id)).toBe('active')
      await launch()
      // Taken away before anybody says so: what IAM lists is believed only after a while.
      await eventually('out of the group', async () => !membersOf(cloud).includes('ann'))
      await reach(id, 'revoked')
      expect(membersOf(cloud)).toEqual(['bob'])
    }),
)

test.concurrent.each([
  ['before AWS is asked', 'before issue', 0],
  ['between AWS’s answer and the row', 'answered issue', 1],
] as const)(
  'B18: killed %s: of unknown outcome, nobody has it, and it works to the end of the access at the latest',
  LONG,
  (_what, point, made) =>
    scene(async ({ cloud, launch, device, approved, reach, endOf, credential, cardText, atAws }) => {
      const first = await launch({ KILL_AT: point })
      const id = await approved(first, 'read-reports')
      await reach(id, 'active')
      const end = await endOf(id)
      const ann = await device(first)
      await expect(pull(ann, id)).rejects.toThrow()
      await first.gone
      expect(await credential(id)).toMatchObject({ state: 'intended', receipt: null })
      const sessions = () => Object.values(cloud.state.sessions)
      expect(sessions()).toHaveLength(made)
      const second = await launch()
      await eventually('of unknown outcome', async () => (await credential(id)).state === 'unknown', LIMIT_MS)
      await second.client.command('U0ANN', `end ${id}`)
      await reach(id, 'revoked')
      await said(cardText, id, /nobody received it, and it works until/)
      // Slack shows a moment as its seconds, which the reader's zone is laid over.
      const [, seconds] = /works until[^<]*<!date\^(\d+)\^/.exec(cardText(id)) ?? []
      expect(Number(seconds) * 1000).toBeLessThanOrEqual(Math.ceil(end / 1000) * 1000)
      atAws(wholeSecond(end))
      const readings = sessions().map((session) =>
        readAs(cloud, { accessKeyId: session.id, secretAccessKey: session.secret, sessionToken: session.token }),
      )
      expect(await Promise.all(readings)).toEqual(sessions().map(() => 403))
    }),
)

test.concurrent(
  'B18: killed with the row stored and the answer not sent: nobody has it, and an early end denies it to whoever would',
  LONG,
  () =>
    scene(async ({ cloud, launch, device, approved, reach, credential }) => {
      const first = await launch({ KILL_AT: 'commit credentials.issued' })
      const id = await approved(first, 'read-reports')
      await reach(id, 'active')
      await expect(pull(await device(first), id)).rejects.toThrow()
      await first.gone
      const [session] = Object.values(cloud.state.sessions)
      const { id: accessKeyId = '', secret: secretAccessKey = '', token: sessionToken = '' } = session ?? {}
      const keys = { accessKeyId, secretAccessKey, sessionToken }
      expect([(await credential(id)).state, await readAs(cloud, keys)]).toEqual(['issued', 200])
      const second = await launch()
      await second.client.command('U0ANN', `end ${id}`)
      await reach(id, 'revoked')
      expect([(await credential(id)).state, await readAs(cloud, keys)]).toEqual(['dead', 403])
    }),
)

test.concurrent(
  'killed between AWS’s answer to PutUserPolicy and our row: the next process finds it, and at the end nothing is left',
  LONG,
  () =>
    scene(async ({ cloud, launch, approved, reach }) => {
      const key = cloud.hands().createKey('ann')
      const first = await launch({ KILL_AT: 'answered raise' })
      const id = await approved(first, 'own-reports')
      await first.gone
      expect(inlineOf(cloud, 'ann')).toEqual([`jit-${id}`])
      const second = await launch()
      await reach(id, 'active')
      expect(await readAs(cloud, key)).toBe(200)
      await second.client.command('U0ANN', `end ${id}`)
      await reach(id, 'revoked')
      expect([inlineOf(cloud, 'ann'), await readAs(cloud, key)]).toEqual([[], 403])
    }),
)

test.concurrent.each<readonly [string, FaultKind]>([
  ['is lost', fault.answerLost],
  ['is an error though it was done', fault.errorAfterApplying],
  ['is lost, and it lands a second later', { kind: 'late', ms: 1000 }],
])('the answer to PutUserPolicy %s: it is given, and at the end nothing is left', LONG, (_what, kind) =>
  scene(async ({ cloud, launch, approved, reach }) => {
    const key = cloud.hands().createKey('ann')
    cloud.faults.next({ operation: 'PutUserPolicy' }, kind)
    const child = await launch()
    const id = await approved(child, 'own-reports')
    await reach(id, 'active')
    expect(await readAs(cloud, key)).toBe(200)
    await child.client.command('U0ANN', `end ${id}`)
    await reach(id, 'revoked')
    expect([inlineOf(cloud, 'ann'), await readAs(cloud, key)]).toEqual([[], 403])
  }),
)

test.concurrent.each([
  ['and its server lives', false],
  ['and its server is killed then', true],
] as const)(
  'B18: the answer to the denial of an early end is lost, %s: dead in the end, and AWS has one denial of it',
  LONG,
  (_what, isKilled) =>
    scene(async ({ cloud, launch, device, approved, reach, credential }) => {
      const first = await launch(isKilled ? { KILL_AT: 'answered withdraw' } : {})
      const id = await approved(first, 'read-reports')
      await reach(id, 'active')
      const keys = await pulledKeys(await device(first), id)
      cloud.faults.next({ operation: 'PutRolePolicy' }, fault.answerLost)
      await first.client.command('U0ANN', `end ${id}`).catch(() => undefined)
      if (isKilled) {
        await first.gone
        expect((await credential(id)).state).toBe('issued')
        await launch()
      }
      await reach(id, 'revoked')
      expect([await readAs(cloud, keys), cloud.faults.waiting]).toEqual([403, 0])
      expect(await credential(id)).toMatchObject({ state: 'dead', receipt: null })
      expect(endingsOf(cloud)).toEqual([expect.stringMatching(`^jit-ended-jit-${id}-`)])
    }),
)
