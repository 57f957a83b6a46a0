import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { type Child, type Stage, setStage } from '../campaign/stage.ts'
import { cardsIn, plainTextOf } from '../doubles/slack/reading.ts'
import { told } from '../support/told.ts'
import { eventually, expire, writesOf } from './b-stage.ts'

const LIMIT_MS = 45_000
const LONG = { timeout: 100_000 }

interface Scene {
  readonly stage: Stage
  readonly first: Child
  /** Another process on the same database. */
  another(): Promise<Child>
  give(child: Child, words: string): Promise<string>
  state(id: string): Promise<string>
  reach(id: string, state: string): Promise<void>
  /** Another process has taken over the slot of a silent one, and made a whole round on it. */
  takenOver(): Promise<void>
  events(id: string): Promise<readonly string[]>
  /** When a move or an answer was recorded, in ms; the last one of that name. */
  at(id: string, event: string): Promise<number>
  prior(): Promise<unknown>
  cards(): string
}

/** Real servers in processes of their own, on real PostgreSQL, before the GitHub double. */
async function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const stage = await setStage(inject('postgresUrl'))
  const { sql, github, slack } = stage
  const made: Scene = {
    stage,
    first: await stage.launch(),
    another: () => stage.launch(),
    async give({ client }, words) {
      const asked = await told(slack, client, ['U0ANN', `request ${words}`])
      const id = /req_[0-9a-z]{8}/.exec(asked.text)?.[0]
      if (id === undefined) throw new Error(`asking was answered ${asked.status}: ${asked.text.slice(0, 200)}`)
      await client.command('U0SAM', `approve ${id}`)
      return id
    },
    async state(id) {
      const [row] = await sql`select state from access_grant where id = ${id}`
      return String(row?.state)
    },
    reach: (id, state) => eventually(`${id} ${state}`, async () => (await made.state(id)) === state, LIMIT_MS),
    async takenOver() {
      const look = () => sql`select 1 from slot join attempt on slot_id = slot.id
        where outcome is null and owner is distinct from sender and seen_at > last_send_at`
      await eventually('somebody else has looked', async () => (await look()).length > 0, LIMIT_MS)
    },
    async events(id) {
      return (await sql`select name from audit_event where subject = ${id} order by seq`).map((row) => String(row.name))
    },
    async at(id, event) {
      const rows = await sql`select at from audit_event where subject = ${id} and name = ${event} order by seq desc`
      return rows[0]?.at instanceof Date ? rows[0].at.getTime() : Number.NaN
    },
    async prior() {
      const [row] = await sql`select prior from slot`
      return row?.prior
    },
    cards: () =>
      cardsIn(slack, 'C0ACCESS')
        .map((card) => plainTextOf(card))
        .join('\n'),
  }
  try {
    await play(made)
    expect([...slack.problems, ...github.problems]).toEqual([])
  } finally {
    await stage.close()
  }
}

const inTeam = ({ github }: Stage) => github.state.teams['sre']?.['ann-acme']
const putsOf = ({ github }: Stage) => github.journal.filter((entry) => entry.method === 'PUT')
const appliedAt = ({ github }: Stage) => Math.max(...github.journal.map((entry) => entry.appliedAt ?? 0))

function isStopped({ process: { pid } }: Child): boolean {
  return / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/, ''))
}

/** Answers how to wait until it has stopped there. */
function stopAt(child: Child, part: string): () => Promise<void> {
  const passed = () => child.points.filter((point) => point.includes(part)).length
  const before = passed()
  child.stopAt(part)
  return () => eventually(`it stops at ${part}`, async () => passed() > before && isStopped(child), LIMIT_MS)
}

test.concurrent(
  'B20: applied 3 s late, the owner killed, over after 1 s: absent in the end, "revoked" only then',
  LONG,
  () =>
    scene(async ({ stage, first, another, give, reach, at, cards }) => {
      const { github } = stage
      const second = await another()
      github.faults.next({ method: 'PUT' }, { kind: 'hang', applyAfterMs: 3_000 })
      const id = await give(first, 'github:team-sre 1s')
      await eventually('the raise is on its way', async () => putsOf(stage).length === 1)
      const isOwner = ({ points }: Child) => points.includes('before raise')
      await eventually('one has sent it', async () => isOwner(first) || isOwner(second))
      await (isOwner(first) ? first : second).kill()
      expect(inTeam(stage)).toBeUndefined()
      await eventually('it is applied', async () => inTeam(stage) === 'member', LIMIT_MS)
      expect(cards()).not.toMatch(/Ended|Not granted/)
      await reach(id, 'revoked')
      expect(inTeam(stage)).toBeUndefined()
      const late = putsOf(stage)[0]?.appliedAt ?? Number.NaN
      expect(appliedAt(stage) - late).toBeGreaterThan(0)
      expect(appliedAt(stage) - late).toBeLessThan(7_000)
      expect(await at(id, 'grant_revoked')).toBeGreaterThanOrEqual(appliedAt(stage))
      // In a slow run the survivor has raised it too, in time.
      await eventually('the card', async () => /Ended|Not granted/.test(cards()))
    }),
)

test.concurrent('B28: stopped between the read and the raise: the other goes on, the raise is never sent', LONG, () =>
  scene(async ({ stage, first, another, give, state, reach, takenOver, events, prior }) => {
    const stopped = stopAt(first, 'slots.intend')
    const over = await give(first, 'github:team-sre 1s')
    await stopped()
    const second = await another()
    await reach(over, 'revoking')
    const later = await give(second, 'github:team-sre 30m')
    await takenOver()
    await reach(later, 'active')
    expect(await state(over)).toBe('revoking')
    first.process.kill('SIGCONT')
    await reach(over, 'revoked')
    expect(putsOf(stage)).toHaveLength(1)
    expect(await events(over)).not.toContain('grant_active')
    expect(await prior()).toBe('absent')
    await second.client.command('U0ANN', `end ${later}`)
    await reach(later, 'revoked')
    expect(inTeam(stage)).toBeUndefined()
    const [attempt] = await stage.sql`select outcome from attempt where grant_id = ${over}`
    // PostgreSQL ends sessions that were stopped inside a transaction, and postgres.js 3.4.9 may die of that (its #1154).
    expect(attempt?.outcome).toBe(first.process.exitCode === null ? 'dropped' : null)
  }),
)

test.concurrent('B28: stopped inside the send: what lands late is no prior, and is gone before "revoked"', LONG, () =>
  scene(async ({ stage, first, another, give, state, reach, takenOver, events, prior, at }) => {
    const stopped = stopAt(first, 'before raise')
    const id = await give(first, 'github:team-sre 3s')
    await stopped()
    await another()
    await takenOver()
    expect(await state(id)).toBe('revoking')
    const wentOn = Date.now()
    first.process.kill('SIGCONT')
    await reach(id, 'revoked')
    expect(await at(id, 'grant_revoked')).toBeGreaterThanOrEqual(Math.max(wentOn, appliedAt(stage)))
    expect(inTeam(stage)).toBeUndefined()
    expect(await prior()).toBe('absent')
    expect(await events(id)).not.toContain('grant_active')
    expect(await events(id)).not.toContain('slot_changed_by_hand')
  }),
)

test.concurrent('B28: stopped after sending: taken away by the other, "revoked" when the sender has spoken', LONG, () =>
  scene(async ({ stage, first, another, give, state, reach, takenOver, prior, at }) => {
    const { github } = stage
    // Longer than a busy machine takes to notice: its answer finds a sender that has stopped.
    github.faults.next({ method: 'PUT' }, { kind: 'delay', ms: 2_000 })
    const id = await give(first, 'github:team-sre 4s')
    await eventually('the raise is on its way', async () => putsOf(stage).length === 1)
    first.process.kill('SIGSTOP')
    await eventually('it stops', async () => isStopped(first) && inTeam(stage) === 'member')
    await another()
    await takenOver()
    const isTold = () => stage.sql`select 1 from attempt where direction = 'lower' and outcome = 'done'`
    await eventually('taken away', async () => (await isTold()).length === 1, LIMIT_MS)
    expect([isStopped(first), inTeam(stage)]).toEqual([true, undefined])
    expect(await state(id)).toBe('revoking')
    const wentOn = Date.now()
    first.process.kill('SIGCONT')
    await reach(id, 'revoked')
    expect(await at(id, 'grant_revoked')).toBeGreaterThanOrEqual(wentOn)
    expect(writesOf(github)).toEqual(['PUT member ann-acme', 'DELETE ann-acme'])
    expect(await prior()).toBe('absent')
  }),
)

test.concurrent('B28: stopped before a lower, and the person is removed meanwhile: nobody brings them back', LONG, () =>
  scene(async ({ stage, first, another, give, state, reach, takenOver, events }) => {
    const { github } = stage
    const id = await give(first, 'github:org-admin 30m')
    await reach(id, 'active')
    const stopped = stopAt(first, 'slots.intend')
    await expire(stage.sql, id)
    await stopped()
    github.hands.setMember('ann-acme', undefined)
    await another()
    await takenOver()
    await eventually('seen', async () => (await events(id)).includes('slot_changed_by_hand'), LIMIT_MS)
    expect(await state(id)).toBe('revoking')
    first.process.kill('SIGCONT')
    await reach(id, 'revoked')
    expect(github.roleOf('ann-acme')).toBeUndefined()
    expect(writesOf(github)).toEqual(['PUT admin ann-acme'])
  }),
)

test.concurrent('B28: a raise lands after our deadline: not "revoked" before, and absent in the end', LONG, () =>
  scene(async ({ stage, first, give, state, reach, events, at }) => {
    stage.github.faults.next({ method: 'PUT' }, { kind: 'hang', applyAfterMs: 12_000 })
    const id = await give(first, 'github:team-sre 3s')
    await eventually('it is applied', async () => inTeam(stage) === 'member', LIMIT_MS)
    expect(await state(id)).toBe('revoking')
    await reach(id, 'revoked')
    expect(inTeam(stage)).toBeUndefined()
    expect(await at(id, 'grant_revoked')).toBeGreaterThanOrEqual(appliedAt(stage))
    expect(await events(id)).not.toContain('grant_active')
  }),
)
