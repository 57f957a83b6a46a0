import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Target } from '../../src/core/target.ts'
import type { Permission, Permissions, Problem } from '../../src/ports/provider.ts'
import { parseActions } from './actions.ts'
import { attachedPolicySlot, isPolicyOf } from './attached-policy-slot.ts'
import type { AccountConfig } from './config.ts'
import { groupSlot, isGroupName } from './group-slot.ts'
import { inlineSlot } from './inline-slot.ts'
import { kindOfOperation, type OperationKind } from './operations.ts'

type Account = Pick<AccountConfig, 'account' | 'partition'>

/**
 * What a role wants of a user of IAM, one target a slot: groups, managed policies, and one policy of the grant's own for all actions behind `user:`.
 * Sessions have none: what makes them is passed over, and so is what is no operation at all, for it is judged with them.
 */
export function parseAccountTargets(
  permissions: Permissions,
  account: Account,
): Result<readonly Target[], readonly Problem[]> {
  const readings = permissions.allow.map((permission, index) => readEntry(permission, ['allow', index], account))
  const inline = parseActions(permissions, 'user')
  const problems = [
    ...readings.flatMap((each) => each.problems),
    ...permissions.deny.flatMap(denialProblems),
    ...(inline.ok ? [] : inline.error),
  ]
  if (problems.length > 0 || !inline.ok) return fail(problems)
  const scope = inline.value && JSON.stringify(inline.value)
  const own = scope === undefined ? [] : [{ slot: inlineSlot.name, level: inlineSlot.level, own: { scope } }]
  return ok([...oneOfEachSlot(readings.flatMap((each) => each.targets)), ...own])
}

type Reading = { readonly targets: readonly Target[]; readonly problems: readonly Problem[] }

function readEntry(permission: Permission, path: Problem['path'], account: Account): Reading {
  const kinds = permission.operations.map(kindOfOperation)
  const elsewhere = kinds.flatMap((kind, nth): readonly Problem[] =>
    kind === 'permission_set' ? [{ path: [...path, 'operations', nth], expected: NEEDS_CENTER }] : [],
  )
  const kind = kinds.find(isMembership)
  if (kind === undefined) return { targets: [], problems: elsewhere }
  const among = kinds.findIndex((other) => isMembership(other) && other !== kind)
  const mixed = among < 0 ? [] : [{ path: [...path, 'operations', among], expected: ALONE }]
  const { targets, problems } = readTargets(kind, permission, account)
  const conditional = permission.conditions === undefined ? [] : [{ path: ['conditions'], expected: NO_CONDITIONS }]
  const inside = [...problems, ...conditional].map((each) => ({ ...each, path: [...path, ...each.path] }))
  return { targets, problems: [...elsewhere, ...mixed, ...inside] }
}

type Membership = 'group' | 'policy'

function isMembership(kind: OperationKind): kind is Membership {
  return kind === 'group' || kind === 'policy'
}

function readTargets(kind: Membership, { targets: written }: Permission, account: Account): Reading {
  const { name, level } = kind === 'group' ? groupSlot : attachedPolicySlot
  const expected = EXPECTED[kind](account)
  if (written.length === 0) return { targets: [], problems: [{ path: ['targets'], expected }] }
  const isOne = (text: string) => (kind === 'group' ? isGroupName(text) : isPolicyOf(text, account))
  return {
    targets: written.filter(isOne).map((text) => ({ slot: `${name}:${text}`, level })),
    problems: written.flatMap((text, nth) => (isOne(text) ? [] : [{ path: ['targets', nth], expected }])),
  }
}

const EXPECTED: Readonly<Record<Membership, (account: Account) => string>> = {
  group: () => 'the names of groups of IAM, such as sre',
  policy: ({ account, partition }) =>
    `ARNs of managed policies, of AWS or of the account, such as arn:${partition}:iam::${account}:policy/Deploy`,
}

const ALONE = 'group:member and policy:attached in entries of their own: the one has names, the other ARNs'
const NO_CONDITIONS = 'no conditions beside group:member or policy:attached: they are for actions'
const NO_DENY = 'actions alone under deny: a membership is not allowed in the first place'
const NEEDS_CENTER =
  'an operation of an account (s3:GetObject, user:s3:GetObject, role:assumed, group:member, policy:attached): permission_set:assigned is for a provider with identity_center in place of account'

function denialProblems({ operations }: Permission, index: number): readonly Problem[] {
  return operations.flatMap((operation, nth): readonly Problem[] => {
    const kind = kindOfOperation(operation)
    const isWrong = isMembership(kind) || kind === 'permission_set'
    return isWrong ? [{ path: ['deny', index, 'operations', nth], expected: NO_DENY }] : []
  })
}

/** Names that differ in case alone are one at AWS. */
function oneOfEachSlot(targets: readonly Target[]): readonly Target[] {
  return targets.filter(
    ({ slot }, index) => targets.findIndex((other) => other.slot.toLowerCase() === slot.toLowerCase()) === index,
  )
}
