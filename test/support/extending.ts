import { buttonsOf, threadOf } from '../doubles/slack/reading.ts'
import type { SlackMessage, SlackView } from '../doubles/slack/workspace.ts'
import { eventually, type Stage } from '../threats/b-stage.ts'

const MINUTE_MS = 60_000

/** Asks for more time; the id of the extension. `words` begin with the access. */
export async function extend({ world, sql }: Stage, user: string, words: string): Promise<string> {
  const [grant = ''] = words.split(' ')
  const pending = () => sql`select id from request where extends_grant = ${grant} and state = 'pending'`
  const { text } = await world.client.command(user, `extend ${words}`)
  await eventually(`more time to be asked for: ${text.slice(0, 400)}`, async () => (await pending()).length === 1)
  return String((await pending())[0]?.id)
}

/** Active, with its card posted. */
export async function givenActive(stage: Stage, words: string, user = 'U0ANN'): Promise<string> {
  const id = await stage.give(user, words)
  await stage.reach(id, 'active')
  await stage.world.until('the card says it', () => /until/.test(stage.cardText(id)))
  return id
}

export const labelsOf = (message: SlackMessage) => buttonsOf(message).map((button) => button.label)

/** The message in the thread of the grant's card that shows the extension. */
export function extensionCard(stage: Stage, grant: string, id: string): Promise<SlackMessage> {
  const { world } = stage
  return world.until(`the card of ${id}`, () =>
    threadOf(world.slack, stage.card(grant)).find((each) => world.text(each).includes(id)),
  )
}

/** The same, once its address is stored: before that a reaction on it is nothing to us. */
export async function knownCard(stage: Stage, grant: string, id: string): Promise<SlackMessage> {
  const card = await extensionCard(stage, grant, id)
  const rows = () => stage.sql`select id from message where ref_message = ${card.ts}`
  await eventually('its address is stored', async () => (await rows()).length > 0)
  return card
}

export async function expiresAt(stage: Stage, grant: string): Promise<number> {
  const { expires_at: at } = await stage.grantOf(grant)
  if (!(at instanceof Date)) throw new Error(`${grant} has no end`)
  return at.getTime()
}

/** Whole milliseconds from the start to the end that is stored. */
export async function lengthMs(stage: Stage, grant: string): Promise<number> {
  const { started_at: from, expires_at: to } = await stage.grantOf(grant)
  if (!(from instanceof Date && to instanceof Date)) throw new Error(`${grant} has no clock`)
  return to.getTime() - from.getTime()
}

/** Time passes: the end is this near. */
export async function endsIn(stage: Stage, grant: string, minutes: number): Promise<number> {
  await stage.sql`update access_grant set started_at = started_at - (expires_at - now() - make_interval(secs => ${minutes * 60})),
    expires_at = now() + make_interval(secs => ${minutes * 60}) where id = ${grant}`
  await stage.sql`select pg_notify('thand_nudge', '')`
  return minutes * MINUTE_MS
}

/** The form that pressing this opened, just now. */
export async function formBy(stage: Stage, user: string, message: SlackMessage, label: string): Promise<SlackView> {
  const { views } = stage.world.slack
  const before = views.length
  await stage.world.client.press(user, message, label)
  return stage.world.until(`the form of ${label}`, () => views[before])
}
