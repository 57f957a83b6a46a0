import { z } from 'zod'

/** What is read of GitHub's answers. An unlisted word makes the answer unusable: nothing is concluded from it. */

/** https://docs.github.com/en/rest/users/users */
export const accountShape = z.object({ id: z.number().int(), login: z.string().min(1), type: z.string() })
export type Account = z.infer<typeof accountShape>

/** https://docs.github.com/en/rest/orgs/members#get-organization-membership-for-a-user */
export const membershipShape = z.object({
  state: z.enum(['active', 'pending']),
  role: z.enum(['admin', 'member', 'billing_manager']),
  user: z.object({ id: z.number().int() }),
})

/** https://docs.github.com/en/rest/teams/members#get-team-membership-for-a-user */
export const teamMembershipShape = z.object({
  state: z.enum(['active', 'pending']),
  role: z.enum(['member', 'maintainer']),
})

/** https://docs.github.com/en/rest/orgs/members#list-pending-organization-invitations */
export const invitationShape = z.object({ id: z.number().int(), login: z.string().nullish() })

/** https://docs.github.com/en/rest/apps/apps#get-an-installation-for-the-authenticated-app */
export const installationShape = z.object({
  account: z.object({ login: z.string().optional() }).nullish(),
  permissions: z.record(z.string(), z.string()),
})

export const teamShape = z.object({ slug: z.string() })
export const anyShape = z.unknown()
