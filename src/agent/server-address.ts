import { fail, ok, type Result } from '../core/result.ts'
import { type Trouble, usageTrouble } from './trouble.ts'

const THIS_MACHINE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** What one types to an address without its last slash. Tokens travel over https, or stay on this machine. */
export function parseServerAddress(typed: string): Result<string, Trouble> {
  const text = typed.includes('://') ? typed : `https://${typed}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === undefined || !isWeb || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return fail(
      usageTrouble('That is no address of a server.', 'Like this: thand login --server https://thand.acme.example'),
    )
  if (url.protocol === 'http:' && !isThisMachine(url))
    return fail(usageTrouble('Plain http is for this machine only.', `Try: thand login --server https://${url.host}`))
  return ok(url.href.replace(/\/+$/, ''))
}

export function isThisMachine({ hostname }: URL): boolean {
  return THIS_MACHINE.test(hostname)
}
