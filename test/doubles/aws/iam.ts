import { accountOf, accountSeen, type Call, type Need, type Operation, optionalText, text } from './call.ts'
import { inlinePolicyOperations, needOn } from './inline-policies.ts'
import { markerPage } from './page.ts'
import { invalid, noSuchEntity, Refusal } from './refusal.ts'
import { groupShape, roleShape, userShape } from './shapes.ts'
import { type Account, amazonPolicies, arnOf, documentOf, type Group, held, type Role, type User } from './state.ts'

const quota = 10

export const iamOperations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...inlinePolicyOperations,
  ['GetUser', { needs: (call) => [onUser(call)], answer: getUser }],
  ['ListUsers', { needs: (call) => [onAll(call, 'user')], answer: listUsers }],
  ['GetRole', { needs: (call) => [needOn('Role', call, 'iam:GetRole')], answer: getRole }],
  ['ListRoles', { needs: (call) => [onAll(call, 'role')], answer: listRoles }],
  ['AttachUserPolicy', { needs: (call) => [onUserPolicy(call)], answer: attach }],
  ['DetachUserPolicy', { needs: (call) => [onUserPolicy(call)], answer: detach }],
  ['ListAttachedUserPolicies', { needs: (call) => [onUser(call)], answer: listAttached }],
  ['AddUserToGroup', { needs: (call) => [onGroup(call)], answer: addToGroup }],
  ['RemoveUserFromGroup', { needs: (call) => [onGroup(call)], answer: removeFromGroup }],
  ['ListGroupsForUser', { needs: (call) => [onUser(call)], answer: listGroups }],
  ['GetGroup', { needs: (call) => [onGroup(call)], answer: getGroup }],
  [
    'GetPolicy',
    { needs: (call) => [{ action: 'iam:GetPolicy', resource: text(call, 'PolicyArn') }], answer: getPolicy },
  ],
  ['ListAccountAliases', { needs: () => [{ action: 'iam:ListAccountAliases', resource: '*' }], answer: listAliases }],
])

function getUser(call: Call) {
  const account = accountSeen(call)
  if (call.parameters['UserName'] !== undefined) return { User: userShape(account.id, user(call, account), true) }
  if (call.caller.kind !== 'user') throw invalid('Must specify userName when calling with non-User credentials')
  return { User: userShape(account.id, call.caller.user, true) }
}

function listUsers(call: Call) {
  const account = accountSeen(call)
  const users = Object.values(account.users).filter((each) => isUnder(call, each))
  return markerPage(
    call,
    'Users',
    users.map((each) => userShape(account.id, each)),
  )
}

function getRole(call: Call) {
  const account = accountSeen(call)
  const role = held(account.roles, text(call, 'RoleName'))
  if (!role) throw noSuchEntity(`The role with name ${text(call, 'RoleName')} cannot be found.`)
  return { Role: roleShape(account.id, role, true) }
}

function listRoles(call: Call) {
  const account = accountSeen(call)
  const roles = Object.values(account.roles).filter((each) => isUnder(call, each))
  return markerPage(
    call,
    'Roles',
    roles.map((each) => roleShape(account.id, each)),
  )
}

/** Silent where it is attached already. */
function attach(call: Call): undefined {
  const account = accountOf(call)
  const { attached } = user(call, account)
  const arn = text(call, 'PolicyArn')
  if (documentOf(account, arn) === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
  if (attached.includes(arn)) return
  if (attached.length >= quota) throw limit('PoliciesPerUser')
  attached.push(arn)
}

function detach(call: Call): undefined {
  const found = user(call, accountOf(call))
  const arn = text(call, 'PolicyArn')
  if (!found.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`)
  found.attached = found.attached.filter((each) => each !== arn)
}

function listAttached(call: Call) {
  const { attached } = user(call, accountSeen(call))
  const shapes = attached.map((arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn }))
  return markerPage(call, 'AttachedPolicies', shapes)
}

/** Silent where they are in it already. */
function addToGroup(call: Call): undefined {
  const account = accountOf(call)
  const { members } = group(call, account)
  const { name } = user(call, account)
  if (members.includes(name)) return
  if (groupsOf(account, name).length >= quota) throw limit('GroupsPerUser')
  members.push(name)
}

function removeFromGroup(call: Call): undefined {
  const account = accountOf(call)
  const found = group(call, account)
  const { name } = user(call, account)
  if (!found.members.includes(name)) throw noSuchEntity(`The user with name ${name} is not in the group ${found.name}.`)
  found.members = found.members.filter((each) => each !== name)
}

function listGroups(call: Call) {
  const account = accountSeen(call)
  const groups = groupsOf(account, user(call, account).name)
  return markerPage(
    call,
    'Groups',
    groups.map((each) => groupShape(account.id, each)),
  )
}

function getGroup(call: Call) {
  const account = accountSeen(call)
  const found = group(call, account)
  const users = found.members.flatMap((name) => held(account.users, name) ?? [])
  const page = markerPage(
    call,
    'Users',
    users.map((each) => userShape(account.id, each)),
  )
  return { Group: groupShape(account.id, found), ...page }
}

function getPolicy(call: Call) {
  const account = accountSeen(call)
  const arn = text(call, 'PolicyArn')
  if (documentOf(account, arn) === undefined) throw noSuchEntity(`Policy ${arn} was not found.`)
  const users = Object.values(account.users).filter(({ attached }) => attached.includes(arn))
  const Path = Object.hasOwn(amazonPolicies, arn) ? '/' : arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
  const Policy = { PolicyName: arn.split('/').at(-1), Arn: arn, Path, DefaultVersionId: 'v1', IsAttachable: true }
  return { Policy: { ...Policy, AttachmentCount: users.length } }
}

function listAliases(call: Call) {
  const { alias } = accountSeen(call)
  return markerPage(call, 'AccountAliases', alias === undefined ? [] : [alias])
}

function user(call: Call, account: Account): User {
  const found = held(account.users, text(call, 'UserName'))
  if (!found) throw noSuchEntity(`The user with name ${text(call, 'UserName')} cannot be found.`)
  return found
}

function group(call: Call, account: Account): Group {
  const found = held(account.groups, text(call, 'GroupName'))
  if (!found) throw noSuchEntity(`The group with name ${text(call, 'GroupName')} cannot be found.`)
  return found
}

function groupsOf({ groups }: Account, user: string): readonly Group[] {
  return Object.values(groups).filter(({ members }) => members.includes(user))
}

function isUnder(call: Call, { path }: User | Role): boolean {
  return path.startsWith(optionalText(call, 'PathPrefix') ?? '/')
}

function limit(what: string): Refusal {
  return new Refusal('LimitExceeded', 409, `Cannot exceed quota for ${what}: ${quota}`)
}

function onUser(call: Call): Need {
  if (call.parameters['UserName'] === undefined) return { action: `iam:${call.operation}`, resource: call.caller.arn }
  return needOn('User', call, `iam:${call.operation}`)
}

function onUserPolicy(call: Call): Need {
  return needOn('User', call, `iam:${call.operation}`, { 'iam:policyarn': text(call, 'PolicyArn') })
}

function onGroup(call: Call): Need {
  const account = accountOf(call)
  const name = text(call, 'GroupName')
  const at = held(account.groups, name) ?? { path: '/', name }
  return { action: `iam:${call.operation}`, resource: arnOf(account.id, 'group', at) }
}

function onAll(call: Call, kind: 'user' | 'role'): Need {
  return { action: `iam:${call.operation}`, resource: `arn:aws:iam::${call.caller.account}:${kind}/` }
}
