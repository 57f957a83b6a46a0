import { awsKeysOf } from '../agent/aws-keys.ts'
import { consoleLink } from '../agent/console-link.ts'
import { keptCredential } from '../agent/kept-credential.ts'
import { openInBrowser } from '../agent/open-in-browser.ts'
import { plainTime } from '../agent/plain-time.ts'
import type { Trouble } from '../agent/trouble.ts'
import { fail, ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

/** The link is printed because that was asked for; with `--open` nobody sees it. */
export function consoleCommand(id: string, options: { readonly open?: boolean }): Promise<number> {
  return loggedIn({}, async (client) => {
    const { terminal } = client
    const credential = await keptCredential(client, id)
    if (!credential.ok) return credential
    const { console: place, expires_at } = credential.value
    const keys = awsKeysOf(credential.value)
    if (place === undefined || keys === undefined) return fail(noConsole(id))
    const link = await consoleLink(place, keys)
    if (!link.ok) return link
    if (options.open !== true) terminal.raw(`${link.value}\n`)
    else if (!(await openInBrowser(link.value))) return fail(noBrowser(id))
    const until = plainTime(Date.parse(expires_at), 'clock')
    const secret =
      options.open === true ? '' : 'Whoever opens this link within 15 minutes is you there: give it to nobody.\n'
    terminal.err(`${secret}What it opens works until ${until}, or until the access ends.`, 'dim')
    return ok(0)
  })
}

function noConsole(id: string): Trouble {
  return {
    code: 'no_console',
    message: `No console is set up for ${id}.`,
    hint: `Whoever runs Thand may add it: docs/connect-aws.md. On the command line: thand run ${id} -- aws …`,
    exitCode: 1,
  }
}

function noBrowser(id: string): Trouble {
  return {
    code: 'no_browser',
    message: 'No browser came for the link.',
    hint: `To open it yourself: thand console ${id}`,
    exitCode: 1,
  }
}
