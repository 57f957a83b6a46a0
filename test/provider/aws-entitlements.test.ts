import { describe, expect, test } from 'vitest'
import { AccountProvider } from '../../providers/aws/account-provider.ts'
import { parseAwsConfig } from '../../providers/aws/config.ts'
import { readScope } from '../../providers/aws/entitlement.ts'
import type { Permission, Permissions } from '../../src/ports/provider.ts'
import { REPORTS } from '../support/aws-account.ts'
import { expectValue } from './conformance.ts'

const one = (operation: string, ...targets: string[]): Permission => ({ operations: [operation], targets })
const allowing = (...allow: Permission[]): Permissions => ({ allow, deny: [] })

function open(more: object = { session: { role: 'team/ThandSession' } }): AccountProvider {
  const config = expectValue(parseAwsConfig({ account: '111122223333', ...more }))
  if (config.kind !== 'account') throw new Error('no account')
  return new AccountProvider(config)
}

describe('what a role lets a session do', () => {
  const entitlement = (permissions: Permissions) => expectValue(open().parseEntitlement(permissions))

  test('is actions, of the role that sessions are made of', () => {
    const found = entitlement(allowing(one('s3:GetObject', REPORTS), one('group:member', 'sre')))
    expect(found?.words).toBe(`s3:GetObject on ${REPORTS}`)
    expect(readScope(found?.scope ?? '')).toEqual({
      role: 'team/ThandSession',
      statements: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: [REPORTS] }],
    })
  })

  test('is all that a role may, and a deny narrows it', () => {
    const permissions = { ...allowing(one('role:assumed', '/ops/Deploy')), deny: [one('iam:*')] }
    const found = entitlement(permissions)
    expect(found?.words).toBe('all that the role ops/Deploy may, never iam:*')
    expect(readScope(found?.scope ?? '')).toMatchObject({
      role: 'ops/Deploy',
      statements: [
        { Effect: 'Allow', Action: ['*'], Resource: ['*'] },
        { Effect: 'Deny', Action: ['iam:*'] },
      ],
    })
    expect(open({}).parseEntitlement(allowing(one('role:assumed', 'Deploy')))).toMatchObject({ ok: true })
  })

  test('is nothing where it only has slots', () => {
    expect(entitlement(allowing(one('group:member', 'sre'), one('user:s3:GetObject')))).toBeUndefined()
  })

  test.each([
    [allowing(one('*')), 'everything'],
    [
      { ...allowing(one('s3:*', REPORTS)), deny: [one('s3:DeleteObject')] },
      `s3:* on ${REPORTS}, never s3:DeleteObject`,
    ],
    [
      allowing({
        ...one('ec2:StartInstances'),
        conditions: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
      }),
      'ec2:StartInstances if aws:RequestedRegion fit',
    ],
    [allowing(one('s3:a,b,c,d,e')), 's3:a, s3:b, s3:c and 2 more'],
  ])('is said in words: %j', (permissions, words) => {
    expect(entitlement(permissions)?.words).toBe(words)
  })

  test('is said shortly, however long it is', () => {
    const actions = Array.from({ length: 9 }, (_, n) => one(`s3:Action${n}`, `arn:aws:s3:::${'a'.repeat(48)}-${n}/*`))
    expect(entitlement(allowing(...actions))?.words).toMatch(/^s3:Action0 on \S+, s3:Action1 on \S+ and 7 more$/)
    const long = entitlement(allowing(one('s3:GetObject', `arn:aws:s3:::${'a'.repeat(900)}`), one('s3:PutObject')))
    expect(long?.words.length).toBeLessThan(260)
  })

  test.each([
    ['two roles', allowing(one('role:assumed', 'A'), one('role:assumed', 'B')), ['allow', 1, 'operations', 0]],
    ['a role and actions', allowing(one('role:assumed', 'A'), one('s3:GetObject')), ['allow', 1, 'operations', 0]],
    ['no name', allowing(one('role:assumed')), ['allow', 0, 'targets']],
    ['two names', allowing(one('role:assumed', 'A', 'B')), ['allow', 0, 'targets']],
    ['an ARN', allowing(one('role:assumed', 'arn:aws:iam::111122223333:role/A')), ['allow', 0, 'targets']],
    ['a wildcard', allowing(one('role:assumed', 'Dep*')), ['allow', 0, 'targets']],
    ['a name that is none', allowing(one('role:assumed', 'a b')), ['allow', 0, 'targets']],
    ['conditions of a role', allowing({ ...one('role:assumed', 'A'), conditions: {} }), ['allow', 0, 'conditions']],
    [
      'a role that is denied',
      { allow: [one('role:assumed', 'A')], deny: [one('role:assumed', 'B')] },
      ['deny', 0, 'operations', 0],
    ],
    [
      'a role that is denied beside actions',
      { allow: [one('s3:*')], deny: [one('role:assumed', 'B')] },
      ['deny', 0, 'operations', 0],
    ],
    [
      'a role with others in its entry',
      allowing({ operations: ['role:assumed', 'group:member'], targets: ['A'] }),
      ['allow', 0, 'operations'],
    ],
  ])('is a problem: %s', (_, permissions, path) => {
    const found = open().parseEntitlement(permissions)
    expect(found.ok ? [] : found.error.map((problem) => problem.path)).toContainEqual(path)
  })

  test('needs a role that sessions are made of', () => {
    const found = open({}).parseEntitlement(allowing(one('group:member', 'sre'), one('s3:GetObject')))
    expect(found).toMatchObject({
      error: [{ path: ['allow', 1, 'operations', 0], expected: expect.stringContaining('session: { role }') }],
    })
  })
})

describe('what a role hardly means', () => {
  const cautions = (...allow: Permission[]) =>
    open()
      .cautionsOn(allowing(...allow))
      .map(({ words }) => words)

  test.each([
    [one('*'), "allows everything that the sessions' role may"],
    [one('*:*', '*'), "allows everything that the sessions' role may"],
    [one('user:*'), 'allows everything in the account'],
    [one('iam:*', '*'), 'allows iam:CreateAccessKey on everything: what is made with it stays after the end'],
    [one('iam:Put*Policy'), 'allows iam:PutUserPolicy on everything: what is made with it stays after the end'],
    [
      one('iam:attachrolepolicy', 'arn:aws:iam::*:role/*'),
      'allows iam:AttachRolePolicy on everything: what is made with it stays after the end',
    ],
    [
      one('iam:PassRole', 'arn:aws:iam::111122223333:role/*'),
      'allows iam:PassRole on everything: a service works with the rights of whatever role it is handed',
    ],
    [one('sts:*'), 'allows sts:AssumeRole on everything: a session made with it does not end with the grant'],
    [one('s3:*'), 'allows everything of s3, on everything'],
    [one('s3:?*', 'arn:aws:s3:::*'), 'allows everything of s3, on everything'],
    [one('role:assumed', 'Deploy'), 'allows everything that the role Deploy may, whatever that is by then'],
    [
      one('policy:attached', 'arn:aws:iam::aws:policy/AdministratorAccess'),
      'attaches AdministratorAccess, which AWS does not end by itself',
    ],
  ])('%j', (permission, words) => {
    expect(cautions(one('s3:GetObject', REPORTS), permission)).toEqual([words])
  })

  test.each([
    one('s3:*', REPORTS),
    one('s3:GetObject'),
    one('s3:Get*'),
    one('iam:GetRole', '*'),
    one('iam:PassRole', 'arn:aws:iam::111122223333:role/Deploy'),
    one('sts:AssumeRole', 'arn:aws:iam::111122223333:role/Deploy'),
    one('policy:attached', 'arn:aws:iam::aws:policy/ReadOnlyAccess'),
    one('group:member', 'sre'),
    one('not an operation'),
  ])('nothing of %j', (permission) => {
    expect(cautions(permission)).toEqual([])
  })

  test('is a denial that sessions alone have, where the role gives more than sessions', () => {
    const denied = (allow: readonly Permission[], ...operations: string[]) =>
      open()
        .cautionsOn({ allow, deny: [{ operations, targets: [] }] })
        .map(({ path, words }) => [path.join('.'), words])
    const user = [one('s3:GetObject', REPORTS), one('user:s3:GetObject', REPORTS)]
    const attached = one('policy:attached', 'arn:aws:iam::aws:policy/ReadOnlyAccess')
    expect(denied(user, 's3:PutObject')).toEqual([
      ['deny.0.operations.0', 'denies it to sessions alone: what the role gives by user: is not narrowed'],
    ])
    expect(denied([...user, attached], 's3:PutObject', 'user:s3:PutObject')).toEqual([
      ['deny.0.operations.0', 'denies it to sessions alone: what the role gives by policy:attached is not narrowed'],
    ])
    expect(denied(user, 's3:PutObject', 'user:s3:PutObject')).toEqual([])
    expect(denied([one('s3:GetObject', REPORTS)], 's3:PutObject')).toEqual([])
  })

  test('is found at its operation, and never in what is denied', () => {
    const permissions = { allow: [{ operations: ['s3:GetObject', '*'], targets: [] }], deny: [one('*')] }
    expect(
      open()
        .cautionsOn(permissions)
        .map(({ path }) => path),
    ).toEqual([['allow', 0, 'operations', 1]])
  })
})
