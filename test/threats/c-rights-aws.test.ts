import { readFileSync } from 'node:fs'
import path from 'node:path'
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  DeleteRolePolicyCommand,
  GetUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateAccountAssignmentCommand } from '@aws-sdk/client-sso-admin'
import { AssumeRoleCommand, GetAccessKeyInfoCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parseAwsConfig } from '../../providers/aws/config.ts'
import { IdentityCenterProvider } from '../../providers/aws/identity-center-provider.ts'
import { accountRights, identityCenterRights } from '../../providers/aws/rights.ts'
import type { Slot } from '../../src/core/target.ts'
import type { Finding, ProviderOnlineCheck } from '../../src/ports/online-check.ts'
import type { GrantOrder, Permissions } from '../../src/ports/provider.ts'
import { contextOf, findCaller, layersOf } from '../doubles/aws/caller.ts'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { evaluate } from '../doubles/aws/evaluate.ts'
import { fault } from '../doubles/aws/faults.ts'
import type { UsableCredential } from '../doubles/aws/use-credential.ts'
import { expectValue } from '../provider/conformance.ts'
import { ACCOUNT, openAccount, REPORTS, readWith } from '../support/aws-account.ts'
import { awsClients, credentialIn, refusalOf } from '../support/aws-clients.ts'
import { assuming, MINUTE } from '../support/aws-sessions.ts'
import { deployed } from '../support/aws-template.ts'

const MEMBER = '444455556666'
const OTHER = '777788889999'
const EXTERNAL_ID = 'said-by-thand-alone'
const GRANT = 'req_7k2mq9xd'
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'
const THAND = { ThandPrincipal: `arn:aws:iam::${ACCOUNT}:user/thand`, ExternalId: EXTERNAL_ID }
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/ThandBoundary`
const { signal } = new AbortController()

const account = deployed('thand-account.yaml', ACCOUNT, {
  ...THAND,
  SessionActions: 's3:GetObject,s3:ListBucket',
  AssumedRoles: `${roleArn('Deploy')},${roleArn('Bare')}`,
  GrantsUserPolicies: 'yes',
  GrantedGroups: `arn:aws:iam::${ACCOUNT}:group/sre`,
  GrantedPolicies: READ_ONLY,
})

/** What docs/connect-aws.md tells the operator to put into the trust of a role of theirs. */
function trustOfOwnRole(): string {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/connect-aws.md'), 'utf8')
  const [, written = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? []
  return JSON.stringify({ Version: '2012-10-17', Statement: JSON.parse(written.replaceAll('123456789012', ACCOUNT)) })
}

type Statement = { name: string; effect: string; actions: readonly string[] }

function statementsIn(policies: Readonly<Record<string, string>> = {}): readonly Statement[] {
  return Object.entries(policies).flatMap(([policy, document]) => {
    const { Statement } = JSON.parse(document) as {
      Statement: { Sid: string; Effect: string; Action: string | string[] }[]
    }
    return Statement.map(({ Sid, Effect, Action }) => {
      return { name: `${policy}#${Sid}`, effect: Effect, actions: [Action].flat().toSorted() }
    })
  })
}

const allows = (statements: readonly Statement[]) => statements.filter(({ effect }) => effect === 'Allow')
const actionsOf = (statements: readonly Statement[]) =>
  [...new Set(allows(statements).flatMap(({ actions }) => actions))].toSorted()

/** Thand's user may become the role of the template; whatever else it does, it does as that. */
async function startTemplate() {
  const { ThandControl: control = {}, ...roles } = account.roles
  const own = { trust: trustOfOwnRole(), policies: { work: allowing('s3:*', 'sts:GetAccessKeyInfo') } }
  const cloud = await startAwsCloud({
    accounts: {
      [ACCOUNT]: {
        policies: account.policies,
        roles: {
          ...roles,
          ThandControl: { ...control, isThands: true },
          Deploy: { ...own, boundary: BOUNDARY },
          Bare: own,
          Stranger: { ...own, trust: control.trust ?? '' },
        },
        users: { ann: { boundary: BOUNDARY, path: '/team/' }, bob: {} },
        groups: { sre: [], admins: [] },
      },
    },
    buckets: { 'acme-reports': { objects: { 'q3.txt': 'up' } } },
    thandPolicies: entering(roleArn('ThandControl')),
  })
  const clock = { at: Math.floor(Date.now() / 1000) * 1000 }
  cloud.setClock(() => clock.at)
  return { cloud, clock, open: () => openAccount(cloud, { assume_role: asRole('ThandControl') }) }
}

const asRole = (name: string) => ({ arn: roleArn(name), external_id: EXTERNAL_ID })
/** What the trust of the role makes needless in the account itself. The double asks for it all the same. */
const entering = (Resource: string) => ({
  enter: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'In', Effect: 'Allow', Action: 'sts:AssumeRole', Resource }],
  }),
})

const askedBy = (cloud: AwsCloud, role: string) =>
  cloud.decisions.filter(({ caller }) => caller.includes(`assumed-role/${role}/`))

/** Per statement the actions that it allowed. */
function usesBy(cloud: AwsCloud, role: string): Readonly<Record<string, readonly string[]>> {
  const asked = askedBy(cloud, role)
  const names = new Set(asked.flatMap(({ allowedBy }) => allowedBy))
  const actionsBy = (name: string) => asked.filter((each) => each.allowedBy.includes(name)).map(({ action }) => action)
  return Object.fromEntries([...names].map((name) => [name, [...new Set(actionsBy(name))].toSorted()]))
}

const expected = (statements: readonly Statement[]) =>
  Object.fromEntries(allows(statements).map(({ name, actions }) => [name, actions]))

const orderAt = (level: string, more: Partial<GrantOrder> = {}): GrantOrder => ({
  ...{ grant: GRANT, seen: { kind: 'at', level }, signal, ...more },
})

async function findingsOf(check: AsyncIterable<Finding>): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for await (const each of check) findings.push(each)
  return findings
}

type Opened = Awaited<ReturnType<typeof startTemplate>>

/** One session of a role from its making to the removal of what ended it early. */
async function useSession({ cloud, clock, open }: Opened, permissions: Permissions, isEnded = true): Promise<void> {
  const provider = open()
  const scope = expectValue(provider.parseEntitlement(permissions))?.scope ?? ''
  const order = { grant: GRANT, number: 1, holder: 'ann', scope, endsAt: clock.at + 10 * MINUTE, signal }
  const { credential, receipt } = expectValue(await provider.issue(order))
  expect((await readWith(cloud, credential)).status).toBe(200)
  expect(expectValue(await provider.isDead(receipt, signal))).toBe(false)
  if (!isEnded)
    return expect(await provider.withdraw(receipt, { isGivenBack: false, signal })).toMatchObject({ ok: false })
  expect(await provider.withdraw(receipt, { isGivenBack: false, signal })).toMatchObject({ ok: true })
  expect((await readWith(cloud, credential)).status).toBe(403)
  expect(expectValue(await provider.isDead(receipt, signal))).toBe(true)
  clock.at += 70 * MINUTE
  expect(await open().tidy([scope], signal)).toEqual({ ok: true, value: 1 })
}

/** Given, extended where it carries its end, seen and taken: by somebody who is called otherwise by the end. */
async function useSlot({ cloud, open }: Opened, name: string, level: string, own: Partial<GrantOrder> = {}) {
  const provider = open()
  const subject = expectValue(await provider.resolveSubject({ login: 'ann' }))
  const slot: Slot = { instance: provider.instance, subject, name }
  expect(await provider.raise(slot, level, orderAt('absent', own))).toMatchObject({ ok: true })
  const later = own.endsAt === undefined ? own : { ...own, endsAt: own.endsAt + MINUTE }
  expect(await provider.raise(slot, level, orderAt(level, later))).toMatchObject({ ok: true })
  expect(await provider.observe(slot)).toEqual({ ok: true, value: { kind: 'at', level } })
  cloud.hands().renameUser('ann', 'ann.smith')
  expect(expectValue(await provider.resolveSubject({ login: 'ann', id: subject.id })).login).toBe('ann.smith')
  expect(await provider.lower(slot, 'absent', orderAt(level, own))).toMatchObject({ ok: true })
  cloud.hands().renameUser('ann.smith', 'ann')
  expect(await provider.observe(slot)).toEqual({ ok: true, value: { kind: 'at', level: 'absent' } })
}

const reading: Permissions = { allow: [{ operations: ['s3:GetObject'], targets: [REPORTS] }], deny: [] }
const inline = (endsAt: number) => ({
  ...{ scope: JSON.stringify([{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: [REPORTS] }]), endsAt },
})

describe('C16: in an account of AWS we ask for what docs/aws/thand-account.yaml allows, and for nothing else', () => {
  const statements = statementsIn(account.roles['ThandControl']?.policies)
  let world: Opened
  beforeAll(async () => {
    world = await startTemplate()
    const provider = world.open()
    const scopes = [reading, assuming('Deploy')].map(
      (each) => expectValue(provider.parseEntitlement(each))?.scope ?? '',
    )
    const targets = ['group:sre', `policy:${READ_ONLY}`, 'inline'].map((slot) => ({ slot, level: 'x' }))
    const found = await findingsOf(
      provider.checkOnline({ targets, scopes, accounts: [{ person: 'ann', login: 'ann' }] }),
    )
    expect(found.filter(({ kind }) => !['fine', 'unchecked'].includes(kind))).toEqual([])
    await useSlot(world, 'group:sre', 'member')
    await useSlot(world, `policy:${READ_ONLY}`, 'attached')
    await useSlot(world, `inline:${GRANT}`, 'attached', inline(world.clock.at + 30 * MINUTE))
    await useSession(world, reading)
    await useSession(world, assuming('Deploy'))
  })
  afterAll(() => world.cloud.close())

  test('every way of granting, from the look beforehand to the last tidying, is allowed whatever it asks', () => {
    expect(world.cloud.problems).toEqual([])
    expect(askedBy(world.cloud, 'ThandControl').filter(({ isAllowed }) => !isAllowed)).toEqual([])
    expect(askedBy(world.cloud, 'ThandControl').length).toBeGreaterThan(50)
  })

  test('no statement and no action of a statement is there in vain', () => {
    expect(usesBy(world.cloud, 'ThandControl')).toEqual(expected(statements))
    const most = { [`arn:aws:iam::${ACCOUNT}:policy/ThandMost#TellWhenOver`]: ['sts:GetAccessKeyInfo'] }
    expect(usesBy(world.cloud, 'ThandSession')).toMatchObject(most)
  })

  test('the list in the code says the same as the template, way by way', () => {
    const byPolicy = Object.entries(account.roles['ThandControl']?.policies ?? {}).flatMap(([name, document]) => {
      const actions = actionsOf(statementsIn({ [name]: document }))
      return actions.length === 0 ? [] : [[name, actions] as const]
    })
    const { 'assumed-roles': ofRoles, ...rest } = Object.fromEntries(byPolicy)
    expect(rest).toEqual(
      Object.fromEntries(Object.entries(accountRights).map(([name, actions]) => [name, [...actions].toSorted()])),
    )
    expect(ofRoles).toEqual(rest['sessions'])
  })

  test('what we may change is this, and nothing of it is a wildcard', () => {
    const all = actionsOf(statements)
    expect(all.filter((action) => !/:(Get|List)/.test(action))).toEqual([
      ...['iam:AddUserToGroup', 'iam:AttachUserPolicy', 'iam:DeleteRolePolicy', 'iam:DeleteUserPolicy'],
      ...['iam:DetachUserPolicy', 'iam:PutRolePolicy', 'iam:PutUserPolicy', 'iam:RemoveUserFromGroup'],
      ...['sts:AssumeRole', 'sts:SetSourceIdentity'],
    ])
    expect(all.filter((action) => action.includes('*'))).toEqual([])
  })

  test('ways that nobody named get no rights', () => {
    const { roles } = deployed('thand-account.yaml', ACCOUNT, { ...THAND, SessionActions: 's3:GetObject' })
    expect(Object.keys(roles['ThandControl']?.policies ?? {})).toEqual(['never-itself', 'sessions'])
  })
})

describe('C16: whoever holds our rights in an account', () => {
  async function given() {
    const world = await startTemplate()
    onTestFinished(() => world.cloud.close())
    const asUser = awsClients(world.cloud)
    const become = async (by: typeof asUser, name: string, more: object = {}): Promise<Required<UsableCredential>> =>
      credentialIn(
        await by.sts.send(new AssumeRoleCommand({ RoleArn: roleArn(name), RoleSessionName: 'jit-x-1', ...more })),
      )
    const own = await become(asUser, 'ThandControl', { ExternalId: EXTERNAL_ID })
    const { iam, sts } = awsClients(world.cloud, own)
    /** What a credential may do, by all policies that are above it. */
    const may = ({ accessKeyId, sessionToken }: UsableCredential, action: string, resource = '*') => {
      const { state } = world.cloud
      const caller = findCaller(state, accessKeyId, sessionToken, world.clock.at)
      return evaluate(layersOf(caller, state.accounts), action, resource, contextOf(caller, world.clock.at)).isAllowed
    }
    return { ...world, asUser, become, own, iam, sts, may, clients: awsClients(world.cloud, own) }
  }

  const everything = { PolicyName: 'more', PolicyDocument: allowing('*') }
  const raising = [
    'iam:CreateUser',
    'iam:PutRolePolicy',
    'iam:PassRole',
    'sts:AssumeRole',
    'sso:CreateAccountAssignment',
  ]

  test('can write what they like on the role of sessions: no session of it can do more than the template says', async () => {
    const { iam, become, clients, may } = await given()
    await iam.send(new PutRolePolicyCommand({ RoleName: 'ThandSession', ...everything }))
    const session = await become(clients, 'ThandSession')
    expect([...raising, 's3:DeleteObject', 'ec2:RunInstances'].filter((action) => may(session, action))).toEqual([])
    expect(may(session, 's3:GetObject', REPORTS)).toBe(true)
  })

  test('the same of a role of ours that has the boundary, and no writing on one without it', async () => {
    const { cloud, iam, become, clients, may } = await given()
    await iam.send(new PutRolePolicyCommand({ RoleName: 'Deploy', ...everything }))
    const session = await become(clients, 'Deploy')
    expect(raising.filter((action) => may(session, action))).toEqual([])
    for (const RoleName of ['Bare', 'Stranger', 'ThandControl']) {
      expect(await refusalOf(iam.send(new PutRolePolicyCommand({ RoleName, ...everything })))).toBe('AccessDenied')
      const PolicyName = Object.keys(cloud.state.accounts[ACCOUNT]?.roles[RoleName]?.inline ?? {})[0]
      expect(await refusalOf(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })))).toBe('AccessDenied')
    }
  })

  test('a user with the boundary gets no way to identities, and a user without it gets nothing', async () => {
    const { cloud, iam, may } = await given()
    await iam.send(new PutUserPolicyCommand({ UserName: 'ann', ...everything }))
    const ann = cloud.hands().createKey('ann')
    expect(raising.filter((action) => may(ann, action))).toEqual([])
    for (const UserName of ['bob', 'thand'])
      expect(await refusalOf(iam.send(new PutUserPolicyCommand({ UserName, ...everything })))).toBe('AccessDenied')
  })

  test('through the provider a user without the boundary is refused in words of its own, at the first try', async () => {
    const { cloud, clock, open } = await given()
    const provider = open()
    const subject = expectValue(await provider.resolveSubject({ login: 'bob' }))
    const slot: Slot = { instance: provider.instance, subject, name: `inline:${GRANT}` }
    const raised = await provider.raise(slot, 'attached', orderAt('absent', inline(clock.at + 10 * MINUTE)))
    const said = { kind: 'refused', detail: expect.stringMatching(/has no permissions boundary.*ThandBoundary/) }
    expect(raised).toMatchObject({ ok: false, error: said })
    expect(cloud.state.accounts[ACCOUNT]?.users['bob']?.inline).toEqual({})
  })

  test('where the way was not named at all, a user with the boundary is not blamed for it', async () => {
    const { cloud, clock, open } = await given()
    const provider = open()
    const subject = expectValue(await provider.resolveSubject({ login: 'ann' }))
    const slot: Slot = { instance: provider.instance, subject, name: `inline:${GRANT}` }
    cloud.faults.next({ operation: 'PutUserPolicy' }, fault.forbidden)
    const raised = await provider.raise(slot, 'attached', orderAt('absent', inline(clock.at + 10 * MINUTE)))
    expect(raised).toMatchObject({ ok: false, error: { kind: 'unauthorized' } })
  })

  test('our own user gets nothing, even with the boundary on it', async () => {
    const { cloud, iam } = await given()
    const UserName = 'thand'
    const user = cloud.state.accounts[ACCOUNT]?.users[UserName]
    if (user !== undefined) user.boundary = BOUNDARY
    expect(await refusalOf(iam.send(new PutUserPolicyCommand({ UserName, ...everything })))).toBe('AccessDenied')
    const attached = iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: READ_ONLY }))
    expect(await refusalOf(attached)).toBe('AccessDenied')
  })

  test('attaches no policy and fills no group but those that were named', async () => {
    const { iam } = await given()
    const UserName = 'ann'
    const attached = iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR }))
    expect(await refusalOf(attached)).toBe('AccessDenied')
    const added = iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'admins' }))
    expect(await refusalOf(added)).toBe('AccessDenied')
    // IAM knows no condition on who is added: a named group is open to every user of the account, ours too (docs/known-limits.md).
    expect(await refusalOf(iam.send(new AddUserToGroupCommand({ UserName: 'thand', GroupName: 'sre' })))).toBe('none')
  })

  test('becomes no role beside those that were named, and no session without the name of a grant', async () => {
    const { asUser, become, clients, sts } = await given()
    for (const role of ['Stranger', 'ThandControl'])
      expect(await refusalOf(become(clients, role, { ExternalId: EXTERNAL_ID }))).toBe('AccessDenied')
    expect(await refusalOf(become(clients, 'ThandSession', { RoleSessionName: 'thand' }))).toBe('AccessDenied')
    expect(await refusalOf(become(asUser, 'ThandControl'))).toBe('AccessDenied')
    expect(await refusalOf(become(asUser, 'ThandSession'))).toBe('AccessDenied')
    expect(await refusalOf(sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAEXAMPLEEXAMPLE' })))).toBe(
      'AccessDenied',
    )
  })

  test.each([
    ...[
      'CreateUser',
      'CreateRole',
      'CreateAccessKey',
      'CreateLoginProfile',
      'CreatePolicyVersion',
      'SetDefaultPolicyVersion',
    ],
    ...['UpdateAssumeRolePolicy', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
    ...['PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary', 'AttachRolePolicy', 'AttachGroupPolicy'],
    ...['PutGroupPolicy', 'PassRole', 'UpdateUser', 'DeleteUser', 'DeleteRole', 'TagUser', 'TagRole'],
  ])('iam:%s is nothing that they can do', async (action) => {
    const { own, may } = await given()
    const on = [roleArn('ThandSession'), roleArn('Deploy'), BOUNDARY, `arn:aws:iam::${ACCOUNT}:user/ann`, READ_ONLY]
    expect(on.filter((resource) => may(own, `iam:${action}`, resource))).toEqual([])
  })

  test('the person who holds a session asks IAM for nothing', async () => {
    const { cloud, clock, open } = await given()
    const provider = open()
    const scope = expectValue(provider.parseEntitlement(reading))?.scope ?? ''
    const order = { grant: GRANT, number: 1, holder: 'ann', scope, endsAt: clock.at + 10 * MINUTE, signal }
    const { credential } = expectValue(await provider.issue(order))
    const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
      ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
    ].map((name) => credential.environment[name]?.reveal())
    const { iam, sts } = awsClients(cloud, { accessKeyId, secretAccessKey, sessionToken })
    expect(await refusalOf(iam.send(new GetUserCommand({ UserName: 'ann' })))).toBe('AccessDenied')
    const again = new AssumeRoleCommand({ RoleArn: roleArn('ThandSession'), RoleSessionName: 'jit-again-1' })
    expect(await refusalOf(sts.send(again))).toBe('AccessDenied')
  })

  test('a role of ours without the boundary is given, is not ended early, and that is said', async () => {
    const world = await startTemplate()
    onTestFinished(() => world.cloud.close())
    await useSession(world, assuming('Bare'), false)
    const refused = world.cloud.decisions.filter(({ isAllowed, isThands }) => isThands && !isAllowed)
    expect(refused.map(({ action }) => action)).toEqual(['iam:PutRolePolicy'])
  })
})

describe('C16: at an Identity Center we ask for what docs/aws/thand-identity-center.yaml allows, and for nothing else', () => {
  const ANN = 'ann@acme.example'
  async function startCenter() {
    const cloud = await startAwsCloud({
      accounts: { [ACCOUNT]: {}, [MEMBER]: {}, [OTHER]: {} },
      identityCenter: { users: [ANN], permissionSets: { Admin: {}, Reader: {} } },
      thandPolicies: entering(roleArn('ThandIdentityCenter')),
    })
    const center = cloud.state.identityCenter
    if (center === undefined) throw new Error('there is no Identity Center')
    const setArn = (name: string) => Object.values(center.permissionSets).find((set) => set.name === name)?.arn ?? ''
    const { roles } = deployed('thand-identity-center.yaml', ACCOUNT, {
      ...THAND,
      InstanceArn: center.instanceArn,
      IdentityStoreArn: `arn:aws:identitystore::${ACCOUNT}:identitystore/${center.storeId}`,
      GrantedPermissionSets: setArn('Admin'),
      GrantedAccounts: `arn:aws:sso:::account/${MEMBER}`,
    })
    const role = roles['ThandIdentityCenter'] ?? {}
    cloud.hands().createRole('ThandIdentityCenter', { ...role, isThands: true })
    const { accessKeyId, secretAccessKey } = cloud.credentials
    const config = expectValue(
      parseAwsConfig({
        ...{ region: cloud.region, endpoint: cloud.url, assume_role: asRole('ThandIdentityCenter') },
        keys: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
        identity_center: { instance_arn: center.instanceArn, identity_store_id: center.storeId },
      }),
    )
    if (config.kind !== 'identity_center') throw new Error('another kind of configuration')
    return {
      cloud,
      center,
      setArn,
      statements: statementsIn(role.policies),
      provider: new IdentityCenterProvider(config),
    }
  }

  const placeOf = (setArn: string) => `assignment:${MEMBER}/${setArn.slice(setArn.lastIndexOf('/') + 1)}`

  test('an assignment from the look beforehand to its end needs all of it, and no more', async () => {
    const { cloud, center, setArn, statements, provider } = await startCenter()
    onTestFinished(() => cloud.close())
    const subject = expectValue(await provider.resolveSubject({ login: ANN }))
    expect(await provider.resolveSubject({ login: ANN, id: subject.id })).toMatchObject({ ok: true })
    const name = placeOf(setArn('Admin'))
    const target = { slot: name, level: 'assigned' }
    const look: ProviderOnlineCheck = provider
    const found = await findingsOf(
      look.checkOnline({ targets: [target], scopes: [], accounts: [{ person: 'ann', login: ANN }] }),
    )
    expect(found.map(({ kind }) => kind)).toEqual(['fine', 'fine', 'fine'])
    expect(await provider.lingerSecondsOf(target)).toMatchObject({ ok: true })
    const slot: Slot = { instance: provider.instance, subject, name }
    expect(await provider.raise(slot, 'assigned', orderAt('absent'))).toMatchObject({ ok: true })
    expect(await provider.observe(slot)).toEqual({ ok: true, value: { kind: 'at', level: 'assigned' } })
    center.pace = { ms: 0, polls: 3 }
    expect(await provider.lower(slot, 'absent', orderAt('assigned'))).toMatchObject({ ok: true })
    expect(await provider.observe(slot)).toEqual({ ok: true, value: { kind: 'at', level: 'absent' } })
    expect(cloud.problems).toEqual([])
    expect(askedBy(cloud, 'ThandIdentityCenter').filter(({ isAllowed }) => !isAllowed)).toEqual([])
    expect(usesBy(cloud, 'ThandIdentityCenter')).toEqual(expected(statements))
    expect(actionsOf(statements)).toEqual(identityCenterRights.toSorted())
  })

  test('no other permission set, no other account, and nothing in the account of the instance', async () => {
    const { cloud, center, setArn } = await startCenter()
    onTestFinished(() => cloud.close())
    const entered = new AssumeRoleCommand({
      ...{ RoleArn: roleArn('ThandIdentityCenter'), RoleSessionName: 'thand', ExternalId: EXTERNAL_ID },
    })
    const own = credentialIn(await awsClients(cloud).sts.send(entered))
    const { sso, iam } = awsClients(cloud, own)
    const assign = (set: string, TargetId: string) =>
      refusalOf(
        sso.send(
          new CreateAccountAssignmentCommand({
            ...{ InstanceArn: center.instanceArn, PermissionSetArn: setArn(set), TargetId, TargetType: 'AWS_ACCOUNT' },
            ...{ PrincipalType: 'USER', PrincipalId: Object.keys(center.users)[0] },
          }),
        ),
      )
    expect(await assign('Reader', MEMBER)).toMatch(/^AccessDenied/)
    expect(await assign('Admin', OTHER)).toMatch(/^AccessDenied/)
    expect(await assign('Admin', ACCOUNT)).toMatch(/^AccessDenied/)
    expect(await assign('Admin', MEMBER)).toBe('none')
    const raised = iam.send(
      new PutRolePolicyCommand({ RoleName: 'ThandIdentityCenter', PolicyName: 'more', PolicyDocument: allowing('*') }),
    )
    expect(await refusalOf(raised)).toBe('AccessDenied')
  })
})
