import { readEnvironment } from '../config/env.ts'
import { parseDuration } from '../core/duration.ts'
import { parseRequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { RecordedEvent } from '../ports/store/store.ts'
import { type RecordWanted, readRecord } from '../store/read-record.ts'
import { readEnvFile } from './env-file.ts'

export interface AuditOptions {
  readonly request?: string
  readonly since?: string
  readonly json?: boolean
}

/**
 * The record, for whoever has the database's address: by that they may read everything already. People ask in chat
 * (`show`), where it is asked who may see what.
 */
export async function auditCommand(env: NodeJS.ProcessEnv, options: AuditOptions): Promise<number> {
  readEnvFile(env)
  const wanted = wantedOf(options)
  if (!wanted.ok) return refuse(wanted.error)
  const environment = readEnvironment(env)
  if (!environment.ok)
    return refuse(environment.error.map(({ variable, expected }) => `${variable}: ${expected}`).join('\n'))
  const { databaseUrl } = environment.value
  if (databaseUrl === undefined)
    return refuse(
      'DATABASE_URL is not set, and an embedded database is opened by its server alone.\nAsk in chat: /thand show <id>, or set DATABASE_URL.',
    )
  const write = options.json === true ? jsonLine : textLine
  for await (const event of readRecord(databaseUrl, wanted.value)) if (!(await put(`${write(event)}\n`))) break
  return 0
}

function refuse(line: string): number {
  process.stderr.write(`${line}\n`)
  return 2
}

function wantedOf({ request, since }: AuditOptions): Result<RecordWanted, string> {
  const id = request === undefined ? undefined : parseRequestId(request)
  if (id !== undefined && !id.ok) return fail('--request: expected the id of a request, such as req_7k2mq9xd')
  const from = since === undefined ? undefined : sinceOf(since)
  if (since !== undefined && from === undefined)
    return fail('--since: expected a time such as 2026-11-24T14:00:00Z, or an age such as 2h or 7d')
  return ok({ subject: id?.value, since: from })
}

function sinceOf(text: string): RecordWanted['since'] {
  const age = parseDuration(text)
  if (age.ok) return { ageSeconds: age.value }
  const at = Date.parse(text)
  return /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(at) ? { at } : undefined
}

/** The names of the fields are the database's own. */
function jsonLine({ seq, at, name, subject, actor, detail }: RecordedEvent): string {
  return JSON.stringify({ seq, at: new Date(at).toISOString(), name, subject: subject ?? null, actor, detail })
}

function textLine({ at, name, subject, actor, detail }: RecordedEvent): string {
  const line = `${new Date(at).toISOString()} ${subject ?? '-'} ${name} ${actor} ${JSON.stringify(detail)}`
  return line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}

/** As fast as it is read. False when nobody reads on, such as `head`. */
function put(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { stdout } = process
    const gone = () => resolve(false)
    stdout.once('error', gone)
    stdout.write(text, (error) => {
      stdout.off('error', gone)
      resolve(error === undefined || error === null)
    })
  })
}
