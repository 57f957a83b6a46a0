import type { JWTPayload } from 'jose'
import { z } from 'zod'
import { Refused, unreadable } from './refused.ts'
import type { ServiceUrls } from './service-url.ts'

const id = z.string().regex(/^[^\p{Cc}\p{Surrogate}]{1,400}$/u)
const tenant = z.string().max(100)
const account = z.looseObject({
  id,
  name: z.string().nullish(),
  aadObjectId: z.string().max(100).nullish(),
  tenantId: tenant.nullish(),
  isTargeted: z.boolean().nullish(),
})

/** What every activity of Teams has: https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability */
export const activity = z.looseObject({
  type: z.string().min(1).max(100),
  id: id.optional(),
  name: z.string().max(200).nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  channelId: z.string(),
  serviceUrl: z.string().max(2000),
  from: account,
  recipient: account,
  conversation: z.looseObject({
    id,
    conversationType: z.string().nullish(),
    tenantId: tenant.nullish(),
  }),
  channelData: z
    .looseObject({
      tenant: z.looseObject({ id: tenant }).nullish(),
      channel: z.looseObject({ id: id.nullish(), type: z.string().nullish() }).nullish(),
      team: z.looseObject({ id: id.nullish(), tenantId: tenant.nullish() }).nullish(),
    })
    .nullish(),
  replyToId: id.nullish(),
  text: z.string().nullish(),
  entities: z.array(z.unknown()).nullish(),
  attachments: z.array(z.looseObject({ contentType: z.string().nullish() })).nullish(),
  value: z.unknown().optional(),
  reactionsAdded: z.array(z.looseObject({ type: z.string() })).nullish(),
  reactionsRemoved: z.array(z.looseObject({ type: z.string() })).nullish(),
  membersAdded: z.array(z.looseObject({ id: z.string() })).nullish(),
  membersRemoved: z.array(z.looseObject({ id: z.string() })).nullish(),
  action: z.string().nullish(),
})
export type TeamsActivity = z.infer<typeof activity>

/** Throws `Refused` 400, with the names of fields and never what is in them. */
export function readActivity(body: unknown): TeamsActivity {
  const parsed = activity.safeParse(body)
  if (parsed.success) return parsed.data
  throw unreadable(parsed.error)
}

export interface Home {
  /** Whom it has to be said to: the token is for us, and what it came with has to be as well. */
  readonly appId: string
  readonly tenant: string
  readonly serviceUrls: ServiceUrls
}

/** The token does not sign the body: all that it says of it, and all that the body says of itself, has to agree. */
export function checkActivity(
  told: TeamsActivity,
  claims: JWTPayload,
  { appId, tenant: home, serviceUrls }: Home,
): void {
  if (told.channelId !== 'msteams') throw new Refused(401, 'channel_id')
  if (claims['serviceurl'] !== told.serviceUrl) throw new Refused(401, 'service_url_claim')
  if (!serviceUrls.isOurs(told.serviceUrl)) throw new Refused(403, 'service_url_host')
  if (isAnotherBot(told.recipient.id, appId)) throw new Refused(403, 'recipient')
  const tenants = tenantsIn(told)
  if (tenants.length === 0 || tenants.some((each) => each !== home)) throw new Refused(403, 'tenant')
  const isSaid = ['message', 'invoke', 'messageReaction'].includes(told.type)
  const channel = told.channelData?.channel?.id ?? undefined
  // One-to-one nobody else reads: a conversation of several that is called so would hear what is meant for one.
  if (isPersonal(told) && (channel !== undefined || /@thread\./.test(told.conversation.id)))
    throw new Refused(403, 'conversation')
  // What is told of a team names a channel that it is not said in.
  if (isSaid && channel !== undefined && channel !== baseOf(told.conversation.id))
    throw new Refused(403, 'conversation')
}

/** Teams names a bot by its app; other clouds are free to name it otherwise, and a name that is no app says nothing. */
function isAnotherBot(recipient: string, appId: string): boolean {
  const [, named] = /^28:([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.exec(recipient) ?? []
  return named !== undefined && named.toLowerCase() !== appId.toLowerCase()
}

function tenantsIn({ channelData, conversation, from, recipient }: TeamsActivity): readonly string[] {
  const named = [
    channelData?.tenant?.id,
    channelData?.team?.tenantId,
    conversation.tenantId,
    from.tenantId,
    recipient.tenantId,
  ]
  return named.flatMap((each) => (typeof each === 'string' ? [each.toLowerCase()] : []))
}

/** Of a channel the conversation names the thread: `19:…@thread.tacv2;messageid=1485983194839`. */
export function baseOf(conversation: string): string {
  return conversation.split(';messageid=')[0] ?? conversation
}

export function rootOf(conversation: string): string | undefined {
  return conversation.split(';messageid=')[1]
}

export function isPersonal({ conversation }: TeamsActivity): boolean {
  return conversation.conversationType === 'personal'
}

/** Only of its bot-owned shape: `{ "type": "mention", "mentioned": { "id": … }, "text": "<at>…</at>" }`. */
export const mention = z.looseObject({
  type: z.literal('mention'),
  mentioned: z.looseObject({ id: z.string(), name: z.string().nullish() }),
  text: z.string().nullish(),
})
