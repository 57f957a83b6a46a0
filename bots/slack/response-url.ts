import type { SlackMessage } from './render.ts'

const SLACK_ORIGIN = 'https://hooks.slack.com'
const TIMEOUT_MS = 2000

export interface ResponseTarget {
  readonly url: string
  /** Of `SLACK_API_URL`: another cloud of Slack, or a double of it. */
  readonly apiOrigin: string
  readonly thread?: string | undefined
}

/** Shown to the one person who acted. False when it was not: the address comes with the payload, and only Slack's is called. */
export async function postToResponseUrl(target: ResponseTarget, message: SlackMessage): Promise<boolean> {
  if (!isSlacks(target.url, target.apiOrigin)) return false
  const inThread = target.thread === undefined ? {} : { thread_ts: target.thread }
  const body = { response_type: 'ephemeral', replace_original: false, ...inThread, ...message }
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false // The caller has another way, and logs when that fails too.
  }
}

function isSlacks(address: string, apiOrigin: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.username !== '' || url.password !== '') return false
  return url.origin === SLACK_ORIGIN || url.origin === apiOrigin
}
