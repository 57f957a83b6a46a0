import { z } from 'zod'
import type { Asked, TeamsTenant } from './tenant.ts'

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const activity = z.looseObject({
  type: z.literal('message'),
  summary: z.string(),
  attachments: z.tuple([
    z.strictObject({ contentType: z.literal('application/vnd.microsoft.card.adaptive'), content: z.unknown() }),
  ]),
  recipient: z.looseObject({ id: z.string(), isTargeted: z.boolean() }).optional(),
})
const creation = z.looseObject({
  isGroup: z.literal(false),
  bot: z.looseObject({ id: z.string() }),
  members: z.tuple([z.strictObject({ id: z.string() })]),
  tenantId: z.string(),
})

const PREFIX = '/emea/v3/'

/** The connector of Teams: only what a bot that is a member may do, with a token that we gave. */
export async function answerTo(tenant: TeamsTenant, path: string, asked: Asked): Promise<Reply | 'cut'> {
  const token = /^Bearer (.+)$/.exec(asked.authorization ?? '')?.[1]
  if (token === undefined || !tenant.tokens.has(token)) return refusal(401, 'Unauthorized')
  if (!path.startsWith(PREFIX)) return refusal(404, 'NotFound')
  const [, ...parts] = path.slice(PREFIX.length).split('/')
  const [conversation, kind, id] = parts
  const { faults } = tenant
  const { method } = asked
  if (method === 'POST' && conversation === undefined) return faults.around('create', () => create(tenant, asked))
  if (conversation === undefined) return refusal(404, 'NotFound')
  if (method === 'GET' && kind === 'members' && id !== undefined)
    return faults.around('member', () => memberIn(tenant, conversation, id))
  if (method === 'GET' && kind === 'pagedmembers') return faults.around('roster', () => rosterOf(tenant, conversation))
  if (method === 'POST' && kind === 'activities') return faults.around('send', () => post(tenant, conversation, asked))
  if (method === 'PUT' && kind === 'activities' && id !== undefined)
    return faults.around('update', () => update(tenant, { conversation, id }, asked))
  return refusal(405, 'MethodNotAllowed')
}

function refusal(status: number, code: string): Reply {
  return { status, body: { error: { code, message: code } } }
}

const baseOf = (conversation: string) => conversation.split(';messageid=')[0] ?? ''

function membersOf(tenant: TeamsTenant, conversation: string): readonly string[] | undefined {
  const base = baseOf(conversation)
  const personal = [...tenant.personal].find(([, id]) => id === base)?.[0]
  return personal === undefined ? tenant.channels.get(base) : [personal]
}

function memberIn(tenant: TeamsTenant, conversation: string, id: string): Reply {
  const members = membersOf(tenant, conversation)
  if (members === undefined) return refusal(403, 'BotNotInConversationRoster')
  const person = members.find((key) => [tenant.mri(key), tenant.objectId(key)].includes(id))
  return person === undefined
    ? refusal(404, 'MemberNotFoundInConversation')
    : { status: 200, body: factsOf(tenant, person) }
}

function rosterOf(tenant: TeamsTenant, conversation: string): Reply {
  const members = membersOf(tenant, conversation)
  if (members === undefined) return refusal(403, 'BotNotInConversationRoster')
  return { status: 200, body: { members: members.map((key) => factsOf(tenant, key)) } }
}

function factsOf(tenant: TeamsTenant, key: string) {
  const person = tenant.people[key]
  return {
    id: tenant.mri(key),
    name: person?.name,
    aadObjectId: tenant.objectId(key),
    userPrincipalName: person?.address,
    email: `mail-${person?.address}`,
    tenantId: person?.tenant ?? tenant.tenant,
    userRole: person?.role ?? 'user',
  }
}

function create(tenant: TeamsTenant, { body }: Asked): Reply {
  const parsed = creation.safeParse(JSON.parse(body))
  if (!parsed.success || parsed.data.tenantId !== tenant.tenant || parsed.data.bot.id !== `28:${tenant.appId}`)
    return refusal(400, 'BadSyntax')
  const person = tenant.personOf(parsed.data.members[0].id)
  if (person === undefined) return refusal(403, 'ForbiddenOperationException')
  const id = tenant.personal.get(person) ?? `a:1-${person}`
  tenant.personal.set(person, id)
  return { status: 201, body: { id } }
}

function post(tenant: TeamsTenant, conversation: string, { body, url }: Asked): Reply {
  if (membersOf(tenant, conversation) === undefined) return refusal(403, 'BotNotInConversationRoster')
  const sent = activity.safeParse(JSON.parse(body))
  if (!sent.success) return noted(tenant, `a message that Teams does not take: ${sent.error.message}`)
  const { summary, attachments, recipient } = sent.data
  if ((recipient?.isTargeted === true) !== url.includes('isTargetedActivity=true'))
    return noted(tenant, 'a targeted message that is none')
  const root = conversation.split(';messageid=')[1]
  if (root !== undefined && baseOf(conversation).startsWith('a:')) return noted(tenant, 'a thread in a chat')
  const id = tenant.nextId()
  const onlyFor = recipient === undefined ? undefined : tenant.personOf(recipient.id)
  tenant.took({ id, conversation: baseOf(conversation), root, card: attachments[0].content, summary, onlyFor })
  return { status: 201, body: { id } }
}

function update(
  tenant: TeamsTenant,
  { conversation, id }: { readonly conversation: string; readonly id: string },
  { body }: Asked,
): Reply {
  const sent = activity.safeParse(JSON.parse(body))
  if (!sent.success) return noted(tenant, `a message that Teams does not take: ${sent.error.message}`)
  const message = tenant.messages.find((each) => each.id === id && each.conversation === baseOf(conversation))
  if (message === undefined || message.isDeleted) return refusal(404, 'ActivityNotFoundInConversation')
  const card = sent.data.attachments[0].content
  tenant.checked(id, card)
  message.history.push(message.card)
  message.card = card
  message.summary = sent.data.summary
  return { status: 200, body: { id } }
}

function noted(tenant: TeamsTenant, problem: string): Reply {
  tenant.problems.push(problem)
  return refusal(400, 'BadSyntax')
}
