import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { listenOnLoopback } from './loopback.ts'

const COMES_WITHIN_MS = 30_000

/** `start` of Windows is a word of its shell, which would read the address; this is what it calls. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/**
 * Opens a secret link in the person's browser. Arguments of a process are seen by all on a machine and written down by some, so the
 * opener is given an address of our own that leads there once. False: no browser came for it.
 */
export async function openInBrowser(link: string): Promise<boolean> {
  const path = `/${randomBytes(16).toString('base64url')}`
  const gone = new AbortController()
  let hasCome = false
  const { url, close } = await listenOnLoopback((request, response) => {
    const isFirst = !hasCome && request.method === 'GET' && request.url === path
    const leads = { location: link, 'referrer-policy': 'no-referrer' }
    response.writeHead(isFirst ? 302 : 404, { 'cache-control': 'no-store', connection: 'close', ...(isFirst && leads) })
    if (isFirst) hasCome = true
    response.end(() => isFirst && gone.abort())
  })
  const [file, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  const opener = spawn(file, [...args, `${url}${path}`], { stdio: 'ignore', detached: true })
  opener.once('error', () => gone.abort())
  opener.once('exit', (code) => code !== 0 && gone.abort())
  opener.unref()
  await untilAborted(gone.signal)
  await close()
  return hasCome
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, COMES_WITHIN_MS)
    signal.addEventListener('abort', () => {
      clearTimeout(late)
      resolve()
    })
  })
}
