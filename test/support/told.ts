import type { SlackClient } from '../doubles/slack/client.ts'
import type { SlackDelivery } from '../doubles/slack/delivery.ts'
import type { SlackWorkspace } from '../doubles/slack/workspace.ts'
import { until } from './world.ts'

const ACKED_AT_LEAST_MS = 2_000

/** The answer to a typed line: of a busy server it comes after the acknowledgement. */
export async function told(
  slack: SlackWorkspace,
  client: SlackClient,
  [user, line]: readonly [string, string],
): Promise<SlackDelivery> {
  const answer = await client.command(user, line)
  if (answer.ms <= ACKED_AT_LEAST_MS || answer.status !== 200 || answer.text !== '') return answer
  const later = () => slack.responses.find(({ to }) => to === answer.responseUrl)
  const { body } = await until('the answer that follows', later)
  return { ...answer, body, text: JSON.stringify(body) }
}
