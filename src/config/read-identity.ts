import { z } from 'zod'
import type { Config } from './config.ts'
import { domain, listOf, peopleList } from './fields.ts'
import { checkPeopleList, type People } from './read-people.ts'
import type { Report } from './report.ts'
import { parseAt, strict } from './strict.ts'

const TEAM = "the workspace's id, such as T0ACME, or the enterprise's, such as E0ACME"
const workspace = z.string({ error: TEAM }).regex(/^[TE][A-Z0-9]{2,20}$/, TEAM)
const TENANT = "the tenant's id, such as 00000000-0000-0000-0000-000000000000"
const identity = strict({
  domains: listOf(domain, 'a list of domains').default([]),
  binding: z.enum(['first_contact', 'pinned'], { error: 'first_contact or pinned' }).default('first_contact'),
  slack: strict({ team: workspace.optional(), enterprise: workspace.optional() })
    .refine((slack) => (slack.team === undefined) !== (slack.enterprise === undefined), { error: `team: ${TEAM}` })
    .transform((slack) => ({ team: slack.team ?? slack.enterprise ?? '' }))
    .optional(),
  teams: strict({
    tenant: z
      .string({ error: TENANT })
      .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, TENANT)
      .transform((id) => id.toLowerCase()),
  }).optional(),
}).transform(({ slack, teams, ...rest }) => ({
  ...rest,
  homes: { ...(slack && { slack: slack.team }), ...(teams && { teams: teams.tenant }) },
  ...(slack && { slack }),
  ...(teams && { teams }),
}))

export interface IdentityRules {
  readonly isProduction: boolean
  /** Chat platforms that the environment configures: each needs its home written down. */
  readonly platforms: readonly string[]
  /** The tenant of the bot, where there is one: it is at home there and nowhere else. */
  readonly teamsTenant?: string | undefined
}

export function readIdentity(report: Report, raw: unknown, rules: IdentityRules): Config['identity'] | undefined {
  const given = raw === undefined ? {} : raw
  const parsed = parseAt(report, identity, { path: ['identity'], raw: given })
  if (parsed === undefined) return undefined
  if (rules.platforms.includes('slack') && parsed.slack === undefined) report.add(['identity', 'slack', 'team'], TEAM)
  if (rules.platforms.includes('teams') && parsed.teams === undefined)
    report.add(['identity', 'teams', 'tenant'], TENANT)
  const { teamsTenant } = rules
  if (teamsTenant !== undefined && parsed.teams !== undefined && parsed.teams.tenant !== teamsTenant)
    report.add(['identity', 'teams', 'tenant'], 'the same tenant as in MicrosoftAppTenantId')
  const isWritten = typeof given === 'object' && given !== null && 'binding' in given
  if (rules.isProduction && !isWritten) {
    report.add(['identity', 'binding'], 'first_contact or pinned, written out in production')
  }
  return parsed
}

const authority = strict({ administrators: peopleList, auditors: peopleList })

export function readAuthority(report: Report, raw: unknown, people: People): Config['authority'] | undefined {
  const parsed = parseAt(report, authority, { path: ['authority'], raw: raw === undefined ? {} : raw })
  if (parsed === undefined) return undefined
  checkPeopleList(report, { path: ['authority', 'administrators'], list: parsed.administrators }, people)
  checkPeopleList(report, { path: ['authority', 'auditors'], list: parsed.auditors }, people)
  return parsed
}
