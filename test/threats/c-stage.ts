import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import type postgres from 'postgres'
import { signatureOf } from '../doubles/slack/client.ts'
import { isRecord } from '../doubles/slack/json.ts'
import type { SlackWorkspace } from '../doubles/slack/workspace.ts'
import { eventually, type Stage } from './b-stage.ts'

/** Written by the passing of time: the heart of a replica, and whose turn it is to ask again about people. */
const BEATS = ['replica']
const MINUTE = '(ask_again:'

/** Every row of every table, by table: equal means that nothing was written. */
async function rowsOf(sql: postgres.Sql): Promise<Readonly<Record<string, string>>> {
  const tables = await sql`select tablename as name from pg_tables where schemaname = 'public' order by tablename`
  const rows: Record<string, string> = {}
  for (const { name } of tables) {
    if (BEATS.includes(name)) continue
    const found = await sql`select t::text as row from ${sql(name)} t order by 1`
    const written = found.map(({ row }) => String(row)).filter((row) => !row.startsWith(MINUTE))
    rows[name] = written.join('\n')
  }
  return rows
}

/** When what was begun has ended: two looks in a row show the same, and no message is due. */
export async function settled(sql: postgres.Sql): Promise<Readonly<Record<string, string>>> {
  let last = ''
  await eventually('nothing to happen any more', async () => {
    const [due] = await sql`select count(*)::int as n from message where next_try_at is not null`
    const now = JSON.stringify(await rowsOf(sql))
    const isStill = now === last && due?.n === 0
    last = now
    return isStill
  })
  return rowsOf(sql)
}

/** How often Slack was called because of somebody who acts; who holds or asks for something is looked up every minute anyway. */
export function callsBut(asker: string, { calls }: SlackWorkspace): number {
  return calls.filter(({ method, args }) => method !== 'users.info' || args['user'] !== asker).length
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** As it is: a header twice, another method, a body in chunks; what `fetch` would tidy up. */
export function raw(
  url: string,
  sent: { readonly method?: string; readonly headers?: OutgoingHttpHeaders; readonly body?: string | Buffer } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = sent
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
      })
    })
    // The rest of a body that is too long finds nobody; by then the answer is there.
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Whatever people can see: messages and what stood there before, ephemeral ones, answers by response_url, forms. */
export function shownIn(slack: SlackWorkspace): readonly unknown[] {
  const messages = [...slack.messages.values()].flatMap(({ text, blocks, history }) => [{ text, blocks }, ...history])
  const ephemerals = slack.ephemerals.map(({ text, blocks }) => ({ text, blocks }))
  const responses = slack.responses.map(({ body }) => body)
  const views = slack.views.flatMap(({ view, history }) => [view, ...history])
  return [...messages, ...ephemerals, ...responses, ...views]
}

/** Every row of every table, as text. */
export async function dumpOf(sql: postgres.Sql): Promise<string> {
  const tables =
    await sql`select schemaname as schema, tablename as name from pg_tables where schemaname in ('public', 'drizzle')`
  const rows = await Promise.all(
    tables.map(({ schema, name }) => sql`select t::text as row from ${sql(schema)}.${sql(name)} t`),
  )
  return rows.flatMap((of) => of.map(({ row }) => String(row))).join('\n')
}

/** Our own marks: a time in the reader's zone, and the mention of somebody who decides. */
const OURS = /<!date\^\d+\^[^|<>]*\|[^<>]*>|<@(?:U0SAM|U0SUE)>/g
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u
const CALLS = ['link', 'user', 'usergroup', 'broadcast', 'channel', 'emoji']
/** Slack reads no markup in these: https://docs.slack.dev/messaging/formatting-message-text */
const LITERAL = ['plain_text', 'text']

/** Where text of a person could call somebody, lead somewhere or look like something else. Nothing is right. */
export function markupIn(shown: unknown): readonly string[] {
  if (typeof shown === 'string') return UNSEEN.test(shown) ? [`unseen: ${JSON.stringify(shown)}`] : []
  if (Array.isArray(shown)) return shown.flatMap(markupIn)
  if (!isRecord(shown)) return []
  const { type, text } = shown
  const isRead = typeof text === 'string' && !LITERAL.includes(String(type)) && /[<>]/.test(text.replaceAll(OURS, ''))
  const calls = CALLS.includes(String(type)) ? [JSON.stringify(shown)] : []
  return [...calls, ...(isRead ? [`markup: ${text}`] : []), ...Object.values(shown).flatMap(markupIn)]
}

export const FORM = 'application/x-www-form-urlencoded'
export const nowSeconds = () => Math.floor(Date.now() / 1000)

export function commandBody(text: string, user = 'U0SAM'): string {
  const fields = { token: 'legacy', team_id: 'T0ACME', channel_id: 'C0GENERAL', user_id: user, command: '/thand', text }
  return new URLSearchParams(fields).toString()
}

/** The headers of Slack over these bytes. */
export function signed(stage: Stage, body: string, timestamp: number | string = nowSeconds()) {
  return {
    'content-type': FORM,
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signatureOf(stage.world.signingSecret, timestamp, body),
  }
}
