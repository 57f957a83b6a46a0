import type { IncomingMessage } from 'node:http'

/** One request: `status` 0 means that no answer was given, `applied` that the organisation changed because of it. */
export type Entry = {
  at: number
  method: string
  path: string
  query: string
  body: unknown
  status: number
  applied: boolean
  appliedAt?: number
}

/** `undefined` when the client went away before it had said everything. */
export async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString()
}

/** A text that is no JSON stays as it is. */
export function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
