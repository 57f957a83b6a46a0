import { z } from 'zod'
import type { Secret } from '../../src/core/secret.ts'
import type { Finding } from '../../src/ports/online-check.ts'
import { AppToken } from './app-token.ts'
import { whyOf } from './connector.ts'

export interface OnlineCheckOptions {
  readonly appId: string
  readonly password: Secret
  readonly authority: string
  readonly metadataUrl: string
}

const ASK_MAX_MS = 10_000
const metadata = z.object({ jwks_uri: z.url() })
const keys = z.object({ keys: z.array(z.looseObject({ endorsements: z.array(z.string()).optional() })) })

/** The bot's secret, and the keys that Teams signs with. Sends nothing to anybody. */
export async function* checkTeams(options: OnlineCheckOptions): AsyncGenerator<Finding> {
  yield await tokenFinding(options)
  yield await keysFinding(options)
  yield {
    kind: 'unchecked',
    what: 'channels and people: where they can be asked for, only what Teams sends tells; docs/connect-teams.md says how to try',
  }
}

async function tokenFinding(options: OnlineCheckOptions): Promise<Finding> {
  try {
    await new AppToken(options).get()
    return { kind: 'fine', what: 'MicrosoftAppId and MicrosoftAppPassword are taken by the tenant' }
  } catch (error) {
    const why = whyOf(error)
    const isRefused = /answered 40[013]/.test(why)
    return isRefused
      ? { kind: 'wrong', what: why, mend: 'a new client secret of the app registration, into MicrosoftAppPassword' }
      : {
          kind: 'unsure',
          what: `the token endpoint cannot be asked: ${why}`,
          mend: 'the way from here to the internet',
        }
  }
}

async function keysFinding({ metadataUrl }: OnlineCheckOptions): Promise<Finding> {
  try {
    const { jwks_uri: address } = metadata.parse(await asked(metadataUrl))
    const found = keys.parse(await asked(address)).keys.filter((key) => key.endorsements?.includes('msteams'))
    return found.length > 0
      ? { kind: 'fine', what: `${found.length === 1 ? 'one key is' : `${found.length} keys are`} endorsed for Teams` }
      : { kind: 'wrong', what: 'no key is endorsed for Teams', mend: 'BotOpenIdMetadata, or leave it out' }
  } catch (error) {
    const mend = 'the way from here to the internet; BotOpenIdMetadata, or leave it out'
    return { kind: 'unsure', what: `the keys cannot be asked for: ${whyOf(error)}`, mend }
  }
}

async function asked(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MAX_MS), redirect: 'error' })
  if (!response.ok) throw new Error(`answered ${response.status}`)
  return response.json()
}
