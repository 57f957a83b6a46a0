import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { type Child, type Stage, setStage } from '../campaign/stage.ts'
import { ENV, GITHUB, plainYamlWithTokens, pull, pulled } from '../support/credential-stage.ts'
import type { DeviceClient } from '../support/device-client.ts'
import { readWith } from '../support/github-app.ts'
import { givenDevice } from '../support/logged-in.ts'
import { eventually } from './b-stage.ts'

const LIMIT_MS = 45_000
const LONG = { timeout: 120_000 }

interface Scene {
  readonly stage: Stage
  launch(env?: Record<string, string>): Promise<Child>
  /** A device of Ann's, logged in at this server. */
  device(child: Child): Promise<DeviceClient>
  /** An access of Ann's that is active. */
  active(child: Child): Promise<string>
  reach(id: string, state: string): Promise<void>
  rows(id: string): Promise<readonly { readonly state: string; readonly receipt: unknown; readonly keyId: unknown }[]>
  /** That work at the double. */
  living(): number
}

/** Real servers in processes of their own, on real PostgreSQL, before a GitHub with an App. */
async function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const stage = await setStage(inject('postgresUrl'), { github: GITHUB, yaml: plainYamlWithTokens, env: ENV })
  const { sql, github, slack } = stage
  const stateOf = async (id: string) => String((await sql`select state from access_grant where id = ${id}`)[0]?.state)
  const reach = (id: string, state: string) =>
    eventually(`${id} ${state}`, async () => (await stateOf(id)) === state, LIMIT_MS)
  try {
    await play({
      stage,
      reach,
      launch: (env) => stage.launch(env),
      device: ({ client, url }) => givenDevice({ client, server: { url } }, 'U0ANN'),
      async active({ client }) {
        const asked = async () => (await sql`select id from request order by asked_at`).map((row) => String(row.id))
        const before = await asked()
        await client.command('U0ANN', 'request github:read-web 30m')
        // The answer may come later than the acknowledgement: on a busy machine it is not in it.
        await eventually('the request', async () => (await asked()).length > before.length, LIMIT_MS)
        const id = (await asked()).at(-1) ?? ''
        await reach(id, 'active')
        return id
      },
      async rows(id) {
        const rows = await sql`select state, receipt, key_id from credential where grant_id = ${id} order by id`
        return rows.map(({ state, receipt, key_id: keyId }) => ({ state: String(state), receipt, keyId }))
      },
      living: () => Object.values(github.state.tokens).filter(({ expiresAt }) => expiresAt > Date.now()).length,
    })
    expect([...slack.problems, ...github.problems]).toEqual([])
  } finally {
    await stage.close()
  }
}

const end = ({ client }: Child, id: string) => client.command('U0ANN', `end ${id}`)

function isStopped({ process: { pid } }: Child): boolean {
  return / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/, ''))
}

test.concurrent('B18: killed after the credential was handed out: another process takes it back at the end', LONG, () =>
  scene(async ({ stage, launch, device, active, reach, rows, living }) => {
    const first = await launch()
    const id = await active(first)
    const token = await pulled(await device(first), id)
    await first.kill()
    expect(await readWith(stage.github, token)).toBe(200)
    const second = await launch()
    await end(second, id)
    await reach(id, 'revoked')
    expect([await readWith(stage.github, token), living()]).toEqual([401, 0])
    expect(await rows(id)).toEqual([{ state: 'dead', receipt: null, keyId: null }])
  }),
)

test.concurrent.each([
  ['before GitHub is asked', 'before issue', 0],
  ['between GitHub’s answer and the row', 'answered issue', 1],
] as const)(
  'B18: killed %s: of unknown outcome, nobody has it, and the end does not wait for it',
  LONG,
  (_what, point, made) =>
    scene(async ({ stage, launch, device, active, reach, rows, living }) => {
      const first = await launch({ KILL_AT: point })
      const id = await active(first)
      const ann = await device(first)
      await expect(pull(ann, id)).rejects.toThrow()
      await first.gone
      expect([await rows(id), living()]).toMatchObject([[{ state: 'intended', receipt: null }], made])
      const second = await launch()
      await eventually('of unknown outcome', async () => (await rows(id))[0]?.state === 'unknown', LIMIT_MS)
      const said = () =>
        [...stage.slack.messages.values()].map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`)
      await end(second, id)
      await reach(id, 'revoked')
      const isSaid = () =>
        said().some((text) => text.includes(id) && /nobody received it, and it works until/.test(text))
      await eventually('the card', async () => isSaid(), LIMIT_MS)
    }),
)

test.concurrent(
  'B18: killed with the row stored and the answer not sent: nobody has it, and it is taken back at the end',
  LONG,
  () =>
    scene(async ({ launch, device, active, reach, rows, living }) => {
      const first = await launch({ KILL_AT: 'commit credentials.issued' })
      const id = await active(first)
      await expect(pull(await device(first), id)).rejects.toThrow()
      await first.gone
      expect([(await rows(id))[0]?.state, living()]).toEqual(['issued', 1])
      const second = await launch()
      await end(second, id)
      await reach(id, 'revoked')
      expect([(await rows(id))[0]?.state, living()]).toEqual(['dead', 0])
    }),
)

test.concurrent(
  'B18: killed when the last credential is dead and nobody has said so yet: the next process says it',
  LONG,
  () =>
    scene(async ({ stage, launch, device, active, reach, rows }) => {
      const first = await launch({ KILL_AT: 'commit credentials.over' })
      const id = await active(first)
      await pulled(await device(first), id)
      await end(first, id).catch(() => undefined)
      await first.gone
      expect((await rows(id))[0]?.state).toBe('dead')
      const [{ state } = { state: 'none' }] = await stage.sql`select state from access_grant where id = ${id}`
      expect(state).toBe('revoking')
      await launch()
      await reach(id, 'revoked')
    }),
)

test.concurrent.each([['before withdraw'], ['answered withdraw']])(
  'B18: killed %s: the next process does it, and only then "revoked" is said',
  LONG,
  (point) =>
    scene(async ({ stage, launch, device, active, reach, rows, living }) => {
      const first = await launch({ KILL_AT: point })
      const id = await active(first)
      const token = await pulled(await device(first), id)
      await end(first, id).catch(() => undefined)
      await first.gone
      expect((await rows(id))[0]?.state).toBe('issued')
      await launch()
      await reach(id, 'revoked')
      expect([await readWith(stage.github, token), living(), (await rows(id))[0]?.receipt]).toEqual([401, 0, null])
    }),
)

test.concurrent(
  'B18: stopped between the intent and the call: it is not sent any more, for it would outlive what the row says',
  LONG,
  () =>
    scene(async ({ stage, launch, device, active, rows, living }) => {
      const first = await launch()
      const id = await active(first)
      const ann = await device(first)
      first.stopAt('commit credentials.intend')
      const answer = pull(ann, id).then(({ status }) => status)
      await eventually('it stops', async () => (await rows(id)).length === 1 && isStopped(first), LIMIT_MS)
      const started = performance.now()
      await eventually('longer than it may take', async () => performance.now() - started > 5_500, LIMIT_MS)
      first.process.kill('SIGCONT')
      expect([await answer, (await rows(id))[0]?.state, living()]).toEqual([503, 'refused', 0])
      expect(stage.github.journal.filter(({ path }) => path.endsWith('/access_tokens'))).toEqual([])
    }),
)

test.concurrent(
  'B18: stopped with the answer in hand while the access ends elsewhere: handed to nobody, withdrawn when it goes on',
  LONG,
  () =>
    scene(async ({ stage, launch, device, active, reach, rows, living }) => {
      const first = await launch()
      const id = await active(first)
      const ann = await device(first)
      first.stopAt('answered issue')
      // The server gives the connection up meanwhile, or says that the access has ended.
      const answer = pull(ann, id).then(
        ({ status, text }) => `${status} ${text}`,
        () => 'closed',
      )
      await eventually('it stops', async () => living() === 1 && isStopped(first), LIMIT_MS)
      const second = await launch()
      await end(second, id)
      await reach(id, 'revoked')
      expect((await rows(id))[0]?.state).toBe('unknown')
      first.process.kill('SIGCONT')
      const heard = await answer
      expect(heard).toMatch(/^(410 |closed)/)
      expect(heard).not.toContain('ghs_')
      await eventually('withdrawn', async () => living() === 0 && (await rows(id))[0]?.state === 'dead', LIMIT_MS)
      expect(stage.github.journal.some(({ path }) => path === '/installation/token')).toBe(true)
    }),
)

test.concurrent(
  'the key is changed: the new one seals, the old one opens what it sealed; without it nothing is said to be dead',
  LONG,
  () =>
    scene(async ({ stage, launch, device, active, reach, rows, living }) => {
      const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
      const first = await launch({ THAND_SECRET_KEY: old })
      const id = await active(first)
      const token = await pulled(await device(first), id)
      await first.kill()
      const second = await launch({ THAND_SECRET_KEY: fresh })
      await end(second, id)
      const tries = async () => Number((await stage.sql`select tries from credential where grant_id = ${id}`)[0]?.tries)
      await eventually('a try', async () => (await tries()) > 0, LIMIT_MS)
      expect([(await rows(id))[0]?.state, living()]).toEqual(['issued', 1])
      await second.kill()
      const third = await launch({ THAND_SECRET_KEY: `${fresh},${old}` })
      await stage.sql`update credential set next_try_at = now() where grant_id = ${id}`
      await reach(id, 'revoked')
      expect([await readWith(stage.github, token), living()]).toEqual([401, 0])
      const [before, again] = [id, await active(third)]
      await pulled(await device(third), again)
      const sealedBy = (await rows(again))[0]?.keyId
      expect([(await rows(before))[0]?.keyId, sealedBy]).toEqual([null, expect.stringMatching(/^[0-9a-f]{12}$/)])
      await third.kill()
      const fourth = await launch({ THAND_SECRET_KEY: fresh })
      await end(fourth, again)
      await reach(again, 'revoked')
      expect(living()).toBe(0)
    }),
)
