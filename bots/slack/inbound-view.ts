import { z } from 'zod'
import { accountOf, actor, envelope, type Heard, type Reading, tenantOf, tenantOfEvent } from './heard.ts'
import { cleaned, read, slackId } from './payload-fields.ts'

const shortcut = actor.extend({ callback_id: z.string() })

/** From Slack's own menu, in no channel. */
export async function readShortcut(body: unknown, { team }: Reading): Promise<Heard | undefined> {
  const chosen = read(shortcut, body)
  const form = /^thand:(request)$/.exec(chosen.callback_id)?.[1]
  if (form === undefined) return undefined
  const { user, trigger_id: triggerId } = chosen
  return {
    sender: accountOf(user.id, tenantOf(chosen, team)),
    channel: undefined,
    isSharedOutside: false,
    input: { kind: 'open_form', form, message: undefined },
    place: { kind: 'shortcut', user: user.id, triggerId },
  }
}

const suggestion = actor.extend({
  block_id: z.string(),
  value: z.string().default(''),
  view: z.object({ callback_id: z.string() }),
})

const TYPED_MAX = 200

/** Asked at every letter: https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
export async function readSuggestion(body: unknown, { team }: Reading): Promise<Heard | undefined> {
  const asked = read(suggestion, body)
  if (asked.view.callback_id !== 'thand:request') return undefined
  const typed = cleaned(asked.value, 'raw').slice(0, TYPED_MAX)
  return {
    sender: accountOf(asked.user.id, tenantOf(asked, team)),
    channel: undefined,
    isSharedOutside: false,
    input: { kind: 'suggest', form: 'request', field: asked.block_id, typed },
    place: { kind: 'suggestion', user: asked.user.id },
  }
}

const opened = envelope.extend({ event: z.object({ user: slackId, tab: z.string() }) })

export async function readHomeOpened(body: unknown, { team }: Reading): Promise<Heard | undefined> {
  const told = read(opened, body)
  const { user, tab } = told.event
  if (tab !== 'home') return undefined
  return {
    sender: accountOf(user, tenantOfEvent(told, team, undefined)),
    channel: undefined,
    isSharedOutside: false,
    input: { kind: 'home' },
    place: { kind: 'home', user },
  }
}
