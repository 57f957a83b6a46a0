import { z } from 'zod'
import type { AccountRef, Input } from '../../src/ports/chat.ts'
import type { BotIdentity } from './bot-identity.ts'
import { slackId } from './payload-fields.ts'

/** What somebody did, and where the answer to it can be shown. */
export interface Heard {
  readonly sender: AccountRef
  readonly channel: string | undefined
  readonly isSharedOutside: boolean
  readonly input: Input
  readonly place: Place
}

export interface Place {
  readonly kind: 'command' | 'press' | 'submission' | 'reaction' | 'shortcut' | 'message' | 'suggestion' | 'home'
  readonly user: string
  readonly channel?: string | undefined
  readonly thread?: string | undefined
  readonly responseUrl?: string | undefined
  readonly triggerId?: string | undefined
  /** Of a submitted form: its first input, where an error can be shown. */
  readonly firstField?: string | undefined
  /** The form in which a button was pressed: the answer takes its place. */
  readonly modal?: string | undefined
}

export interface Reading {
  /** Home workspace `T…`, or enterprise `E…`. */
  readonly team: string
  /** Who we are; throws when Slack cannot be asked. */
  readonly bot: () => Promise<BotIdentity>
}

/** What every interaction says of who acted. */
export const actor = z.object({
  user: z.object({ id: slackId, team_id: slackId.nullish() }),
  team: z.object({ id: slackId, enterprise_id: slackId.nullish() }).nullish(),
  enterprise: z.object({ id: slackId }).nullish(),
  trigger_id: z.string().optional(),
})

export function accountOf(account: string, tenant: string): AccountRef {
  return { platform: 'slack', tenant, account }
}

/** The workspace of the person, not of the channel; a workspace of the same enterprise counts as the enterprise. */
export function tenantOf(payload: z.infer<typeof actor>, team: string): string {
  const here = payload.team?.id
  const own = payload.user.team_id ?? here ?? ''
  if (!team.startsWith('E') || own !== (here ?? own)) return own
  return payload.enterprise?.id ?? payload.team?.enterprise_id ?? own
}

/** What every event says of where it comes from. */
export const envelope = z.object({
  team_id: slackId,
  enterprise_id: slackId.nullish(),
  context_enterprise_id: slackId.nullish(),
  is_ext_shared_channel: z.boolean().optional(),
})

/** The workspace of whom an event tells; `own` is what the event itself says of them. */
export function tenantOfEvent(told: z.infer<typeof envelope>, team: string, own: string | undefined): string {
  const enterprise = told.context_enterprise_id ?? told.enterprise_id
  const home = team.startsWith('E') ? (enterprise ?? told.team_id) : told.team_id
  return own === undefined || own === told.team_id ? home : own
}
