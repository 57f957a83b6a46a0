import { writeFileSync } from 'node:fs'
import path from 'node:path'
import postgres from 'postgres'
import type { Wrapping } from '../../src/main.ts'
import type { Store, Tx } from '../../src/ports/store/store.ts'
import { NUDGE_CHANNEL } from '../../src/store/database.ts'
import type { Entry } from '../doubles/github/entry.ts'
import type { GithubOrganisation } from '../doubles/github/organisation.ts'
import type { SlackClient } from '../doubles/slack/client.ts'
import type { SlackDelivery } from '../doubles/slack/delivery.ts'
import { plainTextOf } from '../doubles/slack/reading.ts'
import type { SlackMessage } from '../doubles/slack/workspace.ts'
import { standardConfig } from '../support/standard-config.ts'
import { told } from '../support/told.ts'
import { givenWorld, type World, type WorldOptions } from '../support/world.ts'

export interface Stage {
  readonly world: World
  readonly github: GithubOrganisation
  readonly sql: postgres.Sql
  /** Asks through Slack; the id of the request. */
  ask(user: string, words: string, client?: SlackClient): Promise<string>
  /** Asks, and Sam approves. */
  give(user: string, words: string): Promise<string>
  say(user: string, line: string, client?: SlackClient): Promise<string>
  stateOf(id: string): Promise<string>
  /** Of the grant; `none` where there is none. */
  grantOf(id: string): Promise<Record<string, unknown> & { readonly state: string }>
  events(id: string): Promise<readonly string[]>
  card(id: string): SlackMessage
  cardText(id: string): string
  /** Everything that the card of this request ever said, oldest first. */
  cardHistory(id: string): readonly string[]
  thread(id: string): readonly string[]
  /** Until the record says that the grant came to this state, however shortly it stayed. */
  reach(id: string, state: string, limitMs?: number): Promise<void>
  /** Its time is up now, or so many ms from now: at a moment that a busy machine cannot miss. */
  expire(id: string, inMs?: number): Promise<void>
  reconfigure(change: (yaml: string) => string): void
  restart(change?: (yaml: string) => string, downMs?: number): Promise<void>
  close(): Promise<void>
}

const LIMITS = { commands_per_minute: 100_000, pending_per_person: 1000 }

export function yamlWith(github: GithubOrganisation, options: Parameters<typeof standardConfig>[1] = {}): string {
  const more = Object.entries(LIMITS).map(([key, value]) => `${key}: ${value}, `)
  return standardConfig(github, options).replace('limits: { ', `limits: { ${more.join('')}`)
}

/** The real server, with what a test of time and state asks for again and again. */
export async function givenStage(options: WorldOptions = {}): Promise<Stage> {
  const yaml = options.yaml ?? ((github: GithubOrganisation) => yamlWith(github))
  const world = await givenWorld({ ...options, yaml })
  const { slack, github, databaseUrl } = world
  if (databaseUrl === undefined) throw new Error('these tests look into PostgreSQL')
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined })
  let text = yaml(github)
  const stage: Stage = {
    world,
    github,
    sql,
    async ask(user, words, client = world.client) {
      const answer = await told(slack, client, [user, `request ${words}`])
      const id = /req_[0-9a-z]{8}/.exec(answer.text)?.[0]
      if (id === undefined) throw new Error(`asking was answered ${answer.status}: ${saidIn(answer)}`)
      return id
    },
    async give(user, words) {
      const id = await stage.ask(user, words)
      await world.client.command('U0SAM', `approve ${id}`)
      return id
    },
    say: async (user, line, client = world.client) => saidIn(await told(slack, client, [user, line])),
    async stateOf(id) {
      const [row] = await sql`select state from request where id = ${id}`
      return String(row?.state)
    },
    async grantOf(id) {
      const [row] = await sql`select * from access_grant where id = ${id}`
      return row === undefined ? { state: 'none' } : { ...row, state: String(row.state) }
    },
    async events(id) {
      return (await sql`select name from audit_event where subject = ${id} order by seq`).map((row) => String(row.name))
    },
    card(id) {
      const of = [...slack.messages.values()].filter((each) => each.threadTs === undefined)
      const card = of.find((each) => each.channel === 'C0ACCESS' && world.text(each).includes(id))
      if (card === undefined) throw new Error(`no card of ${id}`)
      return card
    },
    cardText: (id) => (isCardOf(stage, id) ? world.text(stage.card(id)) : ''),
    cardHistory: (id) => [...stage.card(id).history.map((each) => plainTextOf(each.blocks)), stage.cardText(id)],
    thread: (id) => world.thread(stage.card(id)),
    reach: (id, state, limitMs = 45_000) =>
      eventually(`${id} ${state}`, async () => (await stage.events(id)).includes(`grant_${state}`), limitMs),
    async expire(id, inMs = 0) {
      await expire(sql, id, inMs)
    },
    reconfigure(change) {
      text = change(text)
      writeFileSync(path.join(world.directory, 'thand.yaml'), text)
    },
    async restart(change, downMs = 0) {
      await world.server.stop()
      if (change !== undefined) stage.reconfigure(change)
      await pause(downMs)
      await world.start()
    },
    async close() {
      await world.close()
      await sql.end()
    },
  }
  return stage
}

function isCardOf({ world }: Stage, id: string): boolean {
  return [...world.slack.messages.values()].some(
    (each) => each.channel === 'C0ACCESS' && each.threadTs === undefined && world.text(each).includes(id),
  )
}

export async function expire(sql: postgres.Sql, id: string, inMs = 0): Promise<void> {
  const end = sql`now() + make_interval(secs => ${inMs / 1000})`
  const found =
    await sql`update access_grant set expires_at = ${end} where id = ${id} and state = 'active' returning id`
  if (found.length !== 1) throw new Error(`${id} is not active: it cannot expire`)
  await sql`select pg_notify(${NUDGE_CHANNEL}, '')`
}

/** What a person reads of an answer. */
export function saidIn({ body, text }: SlackDelivery): string {
  const blocks = typeof body === 'object' && body !== null && 'blocks' in body ? body.blocks : undefined
  return Array.isArray(blocks) ? plainTextOf(blocks) : text
}

/** What changed at the double, as `PUT admin ann-acme`. */
export function writesOf(github: GithubOrganisation): readonly string[] {
  return github.journal.filter((entry) => entry.applied).map(wordsOf)
}

function wordsOf({ method, path: at, body }: Entry): string {
  const role = typeof body === 'object' && body !== null && 'role' in body ? `${body.role} ` : ''
  return `${method} ${role}${at.split('/').at(-1)}`
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export async function eventually(what: string, look: () => Promise<boolean>, limitMs = 45_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`)
    await pause(60)
  }
}

/** The product's own waiting times, shortened: overdue after so many ms in place of 30 s, given up in place of 15 minutes. */
export function impatient(than: { readonly overdueMs?: number; readonly giveUpMs?: number }): Wrapping {
  return { store: (store) => hurried(store, than) }
}

function hurried(store: Store, than: { readonly overdueMs?: number; readonly giveUpMs?: number }): Store {
  return patched(store, {
    apart: () => hurried(store.apart(), than),
    agenda: (wanted) => store.agenda({ ...wanted, ...than }),
    transact: <T>(work: (tx: Tx) => Promise<T>) =>
      store.transact((tx) => {
        const grants = patched(tx.grants, {
          claimOverdue: (limit: number, ms: number) => tx.grants.claimOverdue(limit, than.overdueMs ?? ms),
          claimDue: (limit: number, ms: number) => tx.grants.claimDue(limit, than.giveUpMs ?? ms),
        })
        return work(patched(tx, { grants }))
      }),
  } satisfies Partial<Store>)
}

/** Two transactions that are about to pin an account at the provider wait for each other: both found none pinned. */
export function pinnedAtOnce(): Wrapping {
  const both = meetingOfTwo()
  return {
    store: (store) =>
      patched(store, {
        transact: <T>(work: (tx: Tx) => Promise<T>) =>
          store.transact((tx) => {
            const { bindings } = tx
            const bindSubject: typeof bindings.bindSubject = async (...pin) => {
              await both()
              return bindings.bindSubject(...pin)
            }
            return work(patched(tx, { bindings: patched(bindings, { bindSubject }) }))
          }),
      } satisfies Partial<Store>),
  }
}

/** The first to come waits for the second. */
function meetingOfTwo(): () => Promise<void> {
  let meet = (): void => undefined
  const met = new Promise<void>((resolve) => {
    meet = resolve
  })
  let come = 0
  return () => {
    come += 1
    if (come === 2) meet()
    return met
  }
}

function patched<T extends object>(target: T, patch: Partial<T>): T {
  return new Proxy(target, {
    get(of, name) {
      if (Object.hasOwn(patch, name)) return Reflect.get(patch, name)
      const value: unknown = Reflect.get(of, name)
      return typeof value === 'function' ? value.bind(of) : value
    },
  })
}
