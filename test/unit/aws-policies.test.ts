import { describe, expect, test } from 'vitest'
import type { Context } from '../doubles/aws/conditions.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { evaluate } from '../doubles/aws/evaluate.ts'
import { parsePolicy } from '../doubles/aws/policy-document.ts'

const context: Context = {
  'aws:currenttime': '2026-11-25T12:00:00.000Z',
  'aws:epochtime': '1795608000',
  'aws:username': 'ann',
  'aws:userid': 'AROAAAAAAAAAAAAAAAAAA:jit-1',
  'aws:principalarn': 'arn:aws:iam::111122223333:role/team/reader',
  'aws:securetransport': 'true',
  'aws:tagkeys': ['team', 'cost'],
}

const documentOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const named = (document: string) => [{ name: 'p', document }]
const ask = (document: string, action = 's3:GetObject', resource = 'arn:aws:s3:::reports/a.txt') =>
  evaluate({ identity: named(document) }, action, resource, context)

test.each([
  ['s3:*', '*', true],
  ['S3:getobject', '*', true],
  ['s3:Get?bject', 'arn:aws:s3:::reports/*', true],
  ['s3:PutObject', '*', false],
  ['s3:*', 'arn:aws:s3:::reports', false],
  ['s3:*', 'arn:aws:s3:::reports.a/*', false],
  ['*', 'arn:aws:s3:::${aws:username}/*', false],
])('%s on %s: %s', (Action, Resource, isAllowed) => {
  expect(ask(documentOf({ Effect: 'Allow', Action, Resource })).isAllowed).toBe(isAllowed)
})

test('NotAction and NotResource mean all others', () => {
  const statement = { Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::secret/*' }
  expect(ask(documentOf(statement)).isAllowed).toBe(true)
  expect(ask(documentOf(statement), 'iam:GetUser', '*').isAllowed).toBe(false)
  expect(ask(documentOf(statement), 's3:GetObject', 'arn:aws:s3:::secret/x').isAllowed).toBe(false)
})

test.each<[string, Record<string, string | string[]>, boolean]>([
  ['DateLessThan', { 'aws:CurrentTime': '2026-11-25T12:00:00Z' }, false],
  ['DateLessThan', { 'aws:CurrentTime': '2026-11-25T13:00:01+01:00' }, true],
  ['DateLessThanEquals', { 'aws:CurrentTime': '2026-11-25T12:00:00Z' }, true],
  ['DateGreaterThan', { 'aws:EpochTime': '1795607999' }, true],
  ['DateGreaterThanEquals', { 'aws:CurrentTime': '2026-11-26' }, false],
  ['NumericLessThan', { 'aws:EpochTime': '1795608000' }, false],
  ['StringEquals', { 'AWS:UserName': ['bob', 'ann'] }, true],
  ['StringNotEquals', { 'aws:username': ['bob', 'ann'] }, false],
  ['StringLike', { 'aws:userid': '*:jit-1' }, true],
  ['StringLike', { 'aws:userid': '*:jit' }, false],
  ['ArnLike', { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/*' }, true],
  ['ArnLike', { 'aws:PrincipalArn': 'arn:aws:iam:*:role/team/*' }, false],
  ['Bool', { 'aws:SecureTransport': 'True' }, true],
  ['StringEquals', { 'aws:PrincipalTag/team': 'ops' }, false],
  ['StringEqualsIfExists', { 'aws:PrincipalTag/team': 'ops' }, true],
  ['StringEqualsIfExists', { 'aws:username': 'bob' }, false],
  ['StringNotEquals', { 'aws:PrincipalTag/team': 'ops' }, true],
  ['Null', { 'aws:PrincipalTag/team': 'true' }, true],
  ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['team'] }, true],
  ['ForAllValues:StringEquals', { 'aws:TagKeys': ['team'] }, false],
  ['ForAllValues:StringEquals', { 'aws:TagKeys': ['team', 'cost', 'x'] }, true],
  ['IpAddress', { 'aws:SourceIp': '127.0.0.0/8' }, false],
])('%s %j: %s', (operator, keys, isAllowed) => {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: keys } }
  expect(ask(documentOf(statement)).isAllowed).toBe(isAllowed)
})

describe('of several policies', () => {
  test('a deny wins, and is told', () => {
    const deny = { Sid: 'No', Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }
    const verdict = ask(documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }, deny))
    expect(verdict).toEqual({ isAllowed: false, allowedBy: [], refusedBy: 'p#No' })
  })

  test('every layer that is there has to allow', () => {
    const [all, none] = [named(allowing('*')), named(allowing('iam:GetUser'))]
    const verdict = (layers: object) =>
      evaluate({ identity: all, ...layers }, 's3:GetObject', 'arn:aws:s3:::reports/a', context)
    expect(verdict({ boundary: all, session: all }).isAllowed).toBe(true)
    expect(verdict({ boundary: none }).refusedBy).toBe('boundary')
    expect(verdict({ session: [] }).refusedBy).toBe('session')
    expect(verdict({ identity: [] }).refusedBy).toBe('identity')
  })
})

test.each([
  [
    'two statements of one name',
    documentOf(
      { Sid: 'A', Effect: 'Allow', Action: '*', Resource: '*' },
      { Sid: 'A', Effect: 'Deny', Action: '*', Resource: '*' },
    ),
  ],
  ['a version that is none', allowing('*').replace('2012-10-17', '2013-10-17')],
  ['a principal where none can be', documentOf({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' })],
  ['an effect that is none', documentOf({ Effect: 'allow', Action: '*', Resource: '*' })],
  [
    'an operator that is none',
    documentOf({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { DateBefore: { 'aws:CurrentTime': '2026' } },
    }),
  ],
  ['a resource that is no ARN', documentOf({ Effect: 'Allow', Action: '*', Resource: 'reports' })],
  ['both Action and NotAction', documentOf({ Effect: 'Allow', Action: '*', NotAction: 's3:*', Resource: '*' })],
  ['no statement', documentOf()],
])('%s is no policy', (_, document) => {
  expect(() => parsePolicy(document)).toThrow()
})
