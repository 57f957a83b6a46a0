import { describe, expect, test } from 'vitest'
import { parseActions } from '../../providers/aws/actions.ts'
import { readStatements } from '../../providers/aws/statement.ts'
import type { Permission, Permissions } from '../../src/ports/provider.ts'
import { expectValue } from './conformance.ts'

const allowing = (...allow: Permission[]): Permissions => ({ allow, deny: [] })
const one = (operation: string, ...targets: string[]): Permission => ({ operations: [operation], targets })
const under = (conditions: Permission['conditions']): Permission => ({ ...one('s3:GetObject'), conditions })
const REPORTS = 'arn:aws:s3:::acme-reports/*'

function sessionOf(permissions: Permissions) {
  return expectValue(parseActions(permissions, 'session'))
}

describe('the actions of a role', () => {
  test('are statements, on everything where no target is named', () => {
    expect(sessionOf(allowing(one('s3:GetObject', REPORTS), one('ec2:StartInstances,StopInstances')))).toEqual([
      { Effect: 'Allow', Action: ['ec2:StartInstances', 'ec2:StopInstances'], Resource: ['*'] },
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [REPORTS] },
    ])
  })

  test.each([
    ['s3:Get*', ['s3:Get*']],
    ['s3:Get?bject', ['s3:Get?bject']],
    ['*', ['*']],
    ['*:*', ['*']],
    ['s3:*', ['s3:*']],
    ['ec2:StartInstances, s3:GetObject,PutObject', ['ec2:StartInstances', 's3:GetObject', 's3:PutObject']],
    ['execute-api:Invoke', ['execute-api:Invoke']],
    ['s3:GetObject,s3:getobject', ['s3:getobject']],
  ])('%s is %j', (operation, actions) => {
    expect(sessionOf(allowing(one(operation)))).toEqual([{ Effect: 'Allow', Action: actions, Resource: ['*'] }])
  })

  test('of one kind are not those of the other, and other operations are neither', () => {
    const permissions = allowing(one('user:ec2:StartInstances,StopInstances'), one('group:member', 'sre'))
    expect(parseActions(permissions, 'session')).toEqual({ ok: true, value: undefined })
    expect(parseActions(permissions, 'user')).toMatchObject({
      value: [{ Action: ['ec2:StartInstances', 'ec2:StopInstances'] }],
    })
    expect(parseActions(allowing(one('policy:attached', 'x')), 'user')).toEqual({ ok: true, value: undefined })
  })

  test('and what is denied stand side by side, also where both name the same', () => {
    const permissions = { ...allowing(one('s3:*', REPORTS)), deny: [one('s3:DeleteObject', REPORTS), one('s3:*', '*')] }
    expect(sessionOf(permissions)?.map(({ Effect, Action }) => [Effect, ...Action])).toEqual([
      ['Allow', 's3:*'],
      ['Deny', 's3:*'],
      ['Deny', 's3:DeleteObject'],
    ])
  })

  test('written in another order, grouped in another way, are the same text', () => {
    const conditions = { StringLike: { 'aws:userid': ['*'] }, Bool: { 'aws:SecureTransport': ['true'] } }
    const turned = { Bool: { 'aws:SecureTransport': ['true', 'true'] }, StringLike: { 'aws:userid': ['*'] } }
    const ways: Permissions[] = [
      allowing(
        { operations: ['s3:GetObject', 's3:PutObject'], targets: ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*'] },
        { ...one('ec2:StopInstances,StartInstances'), conditions },
      ),
      allowing(
        { ...one('ec2:StartInstances'), conditions: turned },
        one('s3:PutObject,GetObject', 'arn:aws:s3:::b/*'),
        { ...one('ec2:StopInstances', '*'), conditions },
        one('s3:GetObject', 'arn:aws:s3:::a/*'),
        one('s3:PutObject', 'arn:aws:s3:::a/*', 'arn:aws:s3:::a/*'),
      ),
    ]
    const [first, second] = ways.map((each) => JSON.stringify(sessionOf(each)))
    expect(second).toBe(first)
    expect(readStatements(first ?? '')).toHaveLength(2)
  })
})

describe('the conditions of a role', () => {
  test('are kept, times in one form of them', () => {
    const conditions = {
      DateLessThan: { 'AWS:currenttime': ['2030-01-31T18:00:00+01:00', '1893456000'] },
      'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['team'] },
      IpAddress: { 'aws:SourceIp': ['2001:db8::/32', '203.0.113.0/24'] },
    }
    expect(sessionOf(allowing(under(conditions)))?.[0]?.Condition).toEqual({
      ...conditions,
      DateLessThan: { 'aws:CurrentTime': ['2030-01-01T00:00:00Z', '2030-01-31T17:00:00Z'] },
    })
  })

  test.each([
    [{ StringEqual: { 'aws:RequestedRegion': ['eu-west-1'] } }, ['StringEqual'], 'StringEquals'],
    [{ 'ForAllValues:StringLik': { 'aws:TagKeys': ['x'] } }, ['ForAllValues:StringLik'], 'ForAllValues:StringLike'],
    [{ NullIfExists: { 'aws:TagKeys': ['true'] } }, ['NullIfExists'], undefined],
    [{ Hardly: { 'aws:TagKeys': ['x'] } }, ['Hardly'], undefined],
    [{ StringEquals: {} }, ['StringEquals'], undefined],
    [{ StringEquals: { region: ['x'] } }, ['StringEquals', 'region'], undefined],
    [{ StringEquals: { 'aws:a': ['x'], 'AWS:A': ['y'] } }, ['StringEquals', 'AWS:A'], undefined],
    [{ DateLessThan: { 'aws:CurrentTime': ['soon'] } }, ['DateLessThan', 'aws:CurrentTime', 0], undefined],
    [{ DateLessThan: { 'aws:CurrentTime': ['2030-13-01'] } }, ['DateLessThan', 'aws:CurrentTime', 0], undefined],
    [{ NumericLessThan: { 's3:max-keys': ['few'] } }, ['NumericLessThan', 's3:max-keys', 0], undefined],
    [{ Bool: { 'aws:SecureTransport': ['yes'] } }, ['Bool', 'aws:SecureTransport', 0], undefined],
    [{ IpAddress: { 'aws:SourceIp': ['203.0.113.0/33'] } }, ['IpAddress', 'aws:SourceIp', 0], undefined],
    [{ StringLike: { 's3:prefix': ['${aws:usrname}/*'] } }, ['StringLike', 's3:prefix', 0], undefined],
    [{ StringLike: { 's3:prefix': ['☃'] } }, ['StringLike', 's3:prefix', 0], undefined],
  ])('%j is a problem', (conditions, path, suggestion) => {
    expect(parseActions(allowing(under(conditions)), 'session')).toMatchObject({
      ok: false,
      error: [{ path: ['allow', 0, 'conditions', ...path], ...(suggestion && { suggestion }) }],
    })
  })
})

describe('a problem of a role', () => {
  test.each([
    ['s3', undefined],
    ['s3:', undefined],
    [':GetObject', undefined],
    ['s3:Get Object', undefined],
    ['S3:GetObject', undefined],
    ['s*:GetObject', undefined],
    ['s3:GetObject,', undefined],
    ['StartInstances', undefined],
    ['', undefined],
    ['group:membr', 'group:member'],
    ['role:assume', 'role:assumed'],
    ['policy:atached', 'policy:attached'],
    ['permission-set:assigned', 'permission_set:assigned'],
    ['permision_set:assigned', 'permission_set:assigned'],
  ])('is %j, which is no operation', (operation, suggestion) => {
    expect(parseActions(allowing(one(operation)), 'session')).toMatchObject({
      ok: false,
      error: [{ path: ['allow', 0, 'operations', 0], ...(suggestion && { suggestion }) }],
    })
  })

  test.each([
    'acme-reports',
    'arn:aws:s3',
    'arn:aws:s3:::',
    'arn:aws:*:::acme',
    'arn:aws:s3:::acme reports\n',
    'arn:aws:s3:::acme ',
    'arn:aws:s3:::${aws:username}/*',
    'arn:aws:s3:::${saml:sub}/*',
    'arn:aws:s3:::${aws:userid',
    '',
  ])('is the target %j', (target) => {
    expect(parseActions(allowing(one('s3:GetObject', REPORTS, target)), 'session')).toMatchObject({
      ok: false,
      error: [{ path: ['allow', 0, 'targets', 1] }],
    })
  })

  test.each([
    ['session', 's3:GetObject', 'arn:aws:s3:::acme-${aws:PrincipalTag/team}/${aws:SourceIdentity}/*'],
    ['session', 's3:GetObject', 'arn:aws:s3:::acme/${*}literally'],
    ['user', 'user:s3:GetObject', 'arn:aws:s3:::acme/${aws:username}/*'],
    ['session', 'ec2:StartInstances', 'arn:*:ec2:eu-*:123456789012:instance/i-0123456789abcdef0'],
    ['session', 'iam:GetRole', 'arn:aws:iam::*:role/a b'],
  ] as const)('is not, for a %s, %s on %s', (kind, operation, target) => {
    expect(parseActions(allowing(one(operation, target)), kind)).toMatchObject({ ok: true })
  })

  test('is what is denied where nothing of its kind is allowed', () => {
    const path = ['deny', 0]
    const user = { ...allowing(one('user:s3:GetObject')), deny: [one('s3:DeleteObject')] }
    expect(parseActions(user, 'session')).toMatchObject({ ok: false, error: [{ path }] })
    const session = { ...allowing(one('s3:GetObject')), deny: [one('user:s3:DeleteObject')] }
    expect(parseActions(session, 'user')).toMatchObject({ ok: false, error: [{ path }] })
  })

  test('is an entry of actions and of names', () => {
    const mixed = { operations: ['s3:GetObject', 'group:member'], targets: ['*'] }
    expect(parseActions(allowing(mixed), 'session')).toMatchObject({
      ok: false,
      error: [{ path: ['allow', 0, 'operations', 1] }],
    })
  })

  test('comes with all others at once', () => {
    const found = parseActions(allowing(one('s3'), one('s3:GetObject', 'x'), under({ No: {} })), 'session')
    expect(found.ok ? [] : found.error.map(({ path }) => path.slice(0, 3))).toEqual([
      ['allow', 0, 'operations'],
      ['allow', 1, 'targets'],
      ['allow', 2, 'conditions'],
    ])
  })

  test.each(['session', 'user'] as const)('is a policy that is too long for a %s, and says by how much', (kind) => {
    const prefix = kind === 'user' ? 'user:' : ''
    const targets = (count: number) => Array.from({ length: count }, (_, n) => `arn:aws:s3:::acme-reports-${n}/*`)
    const parsed = (count: number) => parseActions(allowing(one(`${prefix}s3:GetObject`, ...targets(count))), kind)
    expect(parsed(45)).toMatchObject({ ok: true })
    const long = parsed(60)
    expect(long.ok ? '' : long.error[0]?.expected).toMatch(
      /^at most 2,048 characters of policy, and this is \d+ more: /,
    )
  })
})
