import type { IncomingMessage } from 'node:http'
import type { SignedRequest } from './signature.ts'
import type { Asked } from './wire.ts'

/** One request: `status` 0 means that no answer was given, `applied` that something changed because of it. */
export type Entry = {
  at: number
  service: string
  operation: string
  /** Without secrets. */
  parameters: Readonly<Record<string, unknown>>
  /** Of a key that is known. */
  caller: string | undefined
  status: number
  /** Of a refusal. */
  code: string | undefined
  applied: boolean
  appliedAt?: number
}

const secrets = new Set(['Session', 'SigninToken', 'Body', 'TokenCode'])

export function newEntry({ service, operation, parameters }: Asked, at: number): Entry {
  const told = Object.entries(parameters).map(([name, value]) => [name, secrets.has(name) ? '[secret]' : value])
  const nothingYet = { caller: undefined, status: 0, code: undefined, applied: false }
  return { at, service, operation, parameters: Object.fromEntries(told), ...nothingYet }
}

/** `undefined` when the client went away before it had said everything. */
export async function wholeOf(request: IncomingMessage): Promise<SignedRequest | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
  } catch {
    return undefined
  }
  const [path = '/', ...query] = (request.url ?? '/').split('?')
  const { method = 'GET', headers } = request
  return { method, path, query: query.join('?'), headers, body: Buffer.concat(chunks) }
}
