import { z } from 'zod'
import type { AccountFacts } from '../../src/ports/chat.ts'

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context#fetch-the-roster-or-user-profile */
export const member = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  aadObjectId: z.string().nullish(),
  /** The same in a roster of older clients. */
  objectId: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  tenantId: z.string().nullish(),
  userRole: z.string().nullish(),
})
export type Member = z.infer<typeof member>

export const roster = z.looseObject({ members: z.array(member), continuationToken: z.string().nullish() })

export function accountOf({ aadObjectId, objectId }: Member): string | undefined {
  const id = aadObjectId ?? objectId ?? ''
  return id === '' ? undefined : id.toLowerCase()
}

/** Home tenant only; whoever is anything but a user of it, is not one of ours. The address is the one that the tenant gives. */
export function factsOf(found: Member, home: string): AccountFacts {
  const { userRole, tenantId, userPrincipalName, name } = found
  if (accountOf(found) === undefined) return { kind: 'refused', why: 'stranger' }
  if (tenantId?.toLowerCase() !== home) return { kind: 'refused', why: 'other_workspace' }
  if (userRole === 'guest' || /#EXT#/i.test(userPrincipalName ?? '')) return { kind: 'refused', why: 'guest' }
  if (userRole === 'bot') return { kind: 'refused', why: 'bot' }
  if (userRole !== 'user') return { kind: 'refused', why: 'stranger' }
  return { kind: 'member', address: addressOf(userPrincipalName), displayName: name || 'somebody' }
}

/** Before its case is changed: some letters of other alphabets have one of ours as their lower case. */
export function addressOf(written: string | null | undefined): string | undefined {
  const address = written?.trim() ?? ''
  return /^[\x21-\x7e]+$/.test(address) ? address.toLowerCase() : undefined
}
