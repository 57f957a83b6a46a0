import { type Call, type Need, type Operation, text } from './call.ts'
import type { IdentityCenter, StoreUser } from './identity-center.ts'
import { tokenPage } from './page.ts'
import { accessDenied, invalid } from './refusal.ts'
import { notFound } from './sso.ts'
import { held } from './state.ts'

export const identityStoreOperations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GetUserId', { needs: (call) => needs(call, 'user/*'), answer: getUserId }],
  ['DescribeUser', { needs: (call) => needs(call, `user/${text(call, 'UserId')}`), answer: describeUser }],
  ['ListUsers', { needs: (call) => needs(call, 'user/*'), answer: listUsers }],
  ['DescribeGroup', { needs: (call) => needs(call, `group/${text(call, 'GroupId')}`), answer: describeGroup }],
  [
    'ListGroupMembershipsForMember',
    {
      needs: (call) => [...needs(call, `user/${memberId(call)}`), ...needs(call, 'membership/*').slice(1)],
      answer: listMemberships,
    },
  ],
])

function getUserId(call: Call) {
  const store = storeOf(call)
  const { AttributePath: path, AttributeValue: value } = record(
    record(call.parameters['AlternateIdentifier'])['UniqueAttribute'],
  )
  const user = Object.values(store.users).find((each) => isCalled(each, String(path), String(value)))
  if (!user) throw notFound('USER')
  return { UserId: user.id, IdentityStoreId: store.storeId }
}

function describeUser(call: Call) {
  const store = storeOf(call)
  const user = held(store.users, text(call, 'UserId'))
  if (!user) throw notFound('USER')
  return userShape(store, user)
}

function listUsers(call: Call) {
  const store = storeOf(call)
  const filters: readonly unknown[] = Array.isArray(call.parameters['Filters']) ? call.parameters['Filters'] : []
  const users = Object.values(store.users).filter((user) =>
    filters.map(record).every((each) => isCalled(user, String(each['AttributePath']), String(each['AttributeValue']))),
  )
  return tokenPage(
    call,
    'Users',
    users.map((user) => userShape(store, user)),
  )
}

function describeGroup(call: Call) {
  const store = storeOf(call)
  const group = held(store.groups, text(call, 'GroupId'))
  if (!group) throw notFound('GROUP')
  return { GroupId: group.id, DisplayName: group.name, IdentityStoreId: store.storeId }
}

function listMemberships(call: Call) {
  const { groups, storeId } = storeOf(call)
  const UserId = memberId(call)
  const shapes = Object.values(groups).flatMap(({ id, members }) => {
    const MembershipId = held(members, UserId)
    return MembershipId === undefined
      ? []
      : [{ IdentityStoreId: storeId, MembershipId, GroupId: id, MemberId: { UserId } }]
  })
  return tokenPage(call, 'GroupMemberships', shapes)
}

function isCalled({ userName, email }: StoreUser, path: string, value: string): boolean {
  const names = new Map([
    ['username', userName],
    ['emails.value', email],
  ])
  if (!names.has(path.toLowerCase())) throw invalid(`${path} is no attribute that can be searched by`)
  return names.get(path.toLowerCase())?.toLowerCase() === value.toLowerCase()
}

function userShape({ storeId }: IdentityCenter, { id, userName, email }: StoreUser) {
  const emails = email !== undefined && { Emails: [{ Value: email, Type: 'work', Primary: true }] }
  return { IdentityStoreId: storeId, UserId: id, UserName: userName, DisplayName: userName, ...emails }
}

function storeOf(call: Call): IdentityCenter {
  const { identityCenter: center } = call.state
  if (!center || center.account !== call.caller.account)
    throw accessDenied('The identity store is managed by another account.')
  if (text(call, 'IdentityStoreId') !== center.storeId) throw notFound('IDENTITY_STORE')
  return center
}

function memberId({ parameters }: Call): string {
  return String(record(parameters['MemberId'])['UserId'])
}

/** Both have to be allowed: the store, and what is in it. */
function needs(call: Call, inside: string): readonly Need[] {
  const action = `identitystore:${call.operation}`
  const store = `arn:aws:identitystore::${call.caller.account}:identitystore/${text(call, 'IdentityStoreId')}`
  return [
    { action, resource: store },
    { action, resource: `arn:aws:identitystore:::${inside}` },
  ]
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? { ...value } : {}
}
