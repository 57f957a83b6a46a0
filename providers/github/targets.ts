import { highestOf } from '../../src/core/level.ts'
import { nearestWord } from '../../src/core/nearest-word.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Target } from '../../src/core/target.ts'
import type { Permission, Problem } from '../../src/ports/provider.ts'
import type { GithubConfig } from './config.ts'
import { isTokenOperation } from './entitlement.ts'
import { levelsOf, orgSlotName, teamSlotName } from './slots.ts'

const orgLevels: ReadonlyMap<string, string> = new Map([
  ['org:member', 'member'],
  ['org:admin', 'admin'],
])
const teamLevels: ReadonlyMap<string, string> = new Map([
  ['team:member', 'member'],
  ['team:maintainer', 'maintainer'],
])
const operations = [...orgLevels.keys(), ...teamLevels.keys()]

/**
 * What a role's permissions ask for, one target for each slot; tokens have none. Where a team role may invite, the
 * membership of the organisation that comes with the team is a target of its own, and comes first: so it ends with the
 * grant, for taking somebody out of a team leaves them in the organisation.
 * https://docs.github.com/en/rest/teams/members#add-or-update-team-membership-for-a-user
 */
export function parseTargets(
  { org, invite }: Pick<GithubConfig, 'org' | 'invite'>,
  permissions: readonly Permission[],
): Result<readonly Target[], readonly Problem[]> {
  const problems: Problem[] = []
  const found = permissions.flatMap((permission, index) => {
    const { targets, problems: more } = targetsOf(org, permission)
    problems.push(...more.map((problem) => ({ ...problem, path: [index, ...problem.path] })))
    return targets
  })
  if (problems.length > 0) return fail(problems)
  const isTeamWanted = found.some(({ slot }) => slot.startsWith('team:'))
  const invited = invite && isTeamWanted ? [{ slot: orgSlotName(org), level: 'member' }] : []
  return ok(highestOfEachSlot([...invited, ...found]))
}

type Reading = { readonly targets: readonly Target[]; readonly problems: readonly Problem[] }

function targetsOf(org: string, { operations: asked, targets: slugs }: Permission): Reading {
  if (asked.length === 0) return { targets: [], problems: [{ path: ['operations'], expected: oneOperation }] }
  const readings = asked.map((operation, index): Reading => {
    const orgLevel = orgLevels.get(operation)
    if (orgLevel !== undefined) return organisationTarget(org, orgLevel, slugs)
    const teamLevel = teamLevels.get(operation)
    if (teamLevel !== undefined) return teamTargets(org, teamLevel, slugs)
    if (isTokenOperation(operation)) return { targets: [], problems: [] }
    return { targets: [], problems: [operationProblem(operation, index)] }
  })
  return { targets: readings.flatMap((each) => each.targets), problems: distinct(readings) }
}

function organisationTarget(org: string, level: string, slugs: readonly string[]): Reading {
  const expected = 'no targets beside org:member or org:admin, which mean the whole organisation'
  if (slugs.length > 0) return { targets: [], problems: [{ path: ['targets'], expected }] }
  return { targets: [{ slot: orgSlotName(org), level }], problems: [] }
}

function teamTargets(org: string, level: string, slugs: readonly string[]): Reading {
  if (slugs.length === 0) return { targets: [], problems: [{ path: ['targets'], expected: 'the slugs of teams' }] }
  const targets: Target[] = []
  const problems: Problem[] = []
  for (const [index, slug] of slugs.entries()) {
    const slot = teamSlotName(org, slug)
    if (slot === undefined) problems.push({ path: ['targets', index], expected: 'the slug of a team, such as sre' })
    else targets.push({ slot, level })
  }
  return { targets, problems }
}

const oneOperation = `one of ${operations.join(', ')}, token:<permission>:<read|write>`

function operationProblem(operation: string, index: number): Problem {
  const path = ['operations', index]
  const suggestion = nearestWord(operation, operations)
  return { path, expected: oneOperation, ...(suggestion && { suggestion }) }
}

/** Two operations over the same wrong target say so once. */
function distinct(readings: readonly Reading[]): readonly Problem[] {
  const problems = readings.flatMap((each) => each.problems)
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

function highestOfEachSlot(targets: readonly Target[]): readonly Target[] {
  const slots = [...new Set(targets.map(({ slot }) => slot))]
  return slots.map((slot) => {
    const wanted = targets.filter((target) => target.slot === slot).map(({ level }) => level)
    return { slot, level: highestOf(levelsOf(slot), wanted) }
  })
}
