import { z } from 'zod'
import { accountOf, envelope, type Heard, type Reading, tenantOfEvent } from './heard.ts'
import { cleaned, read, slackId, timestamp } from './payload-fields.ts'
import { withoutMarks } from './slack-text.ts'

const said = envelope.extend({
  event: z.object({
    type: z.enum(['app_mention', 'message']),
    subtype: z.string().optional(),
    hidden: z.boolean().optional(),
    bot_id: z.string().nullish(),
    edited: z.looseObject({}).optional(),
    user: slackId.optional(),
    user_team: slackId.optional(),
    text: z.string().default(''),
    channel: slackId,
    channel_type: z.string().optional(),
    thread_ts: timestamp.optional(),
  }),
})

/**
 * A typed line: `@Thand …` in a channel, anything in a direct message to us. What a person did not just type is none:
 * edits, what bots say, joins and files, and copies of a reply in its channel.
 */
export async function readMessage(body: unknown, reading: Reading): Promise<Heard | undefined> {
  const told = read(said, body)
  const { event } = told
  const { type, user, channel, thread_ts: thread } = event
  const isTyped = event.subtype === undefined && event.hidden !== true && event.edited === undefined
  if (!isTyped || user === undefined || (event.bot_id ?? '') !== '') return undefined
  const isDirect = channel.startsWith('D')
  // A mention in a direct message comes as a message as well; what is said in a channel without our name is not ours.
  if (isDirect ? type !== 'message' || event.channel_type !== 'im' : type !== 'app_mention') return undefined
  const { userId } = await reading.bot()
  if (user === userId) return undefined
  return {
    sender: accountOf(user, tenantOfEvent(told, reading.team, event.user_team)),
    channel,
    isSharedOutside: told.is_ext_shared_channel === true,
    input: { kind: 'line', text: lineIn(event.text, userId, isDirect) },
    place: { kind: 'message', user, channel, thread },
  }
}

/** What follows our name. Where somebody talks about us, and not to us, nothing they said is a line. */
function lineIn(text: string, bot: string, isDirect: boolean): string {
  const afterName = new RegExp(`^\\s*<@${bot}(?:\\|[^>]*)?>[\\s:,]*`)
  if (!isDirect && !afterName.test(text)) return 'help'
  return cleaned(withoutMarks(text.replace(afterName, '')))
    .trim()
    .replace(/^`([^`]*)`$/, '$1')
    .replace(/^\/thand\s*/, '')
}
