import { describe, expect, test } from 'vitest'
import { parseAccountTargets } from '../../providers/aws/account-targets.ts'
import { parseEntitlement } from '../../providers/aws/entitlement.ts'
import { inlinePolicy } from '../../providers/aws/policies.ts'
import { readStatements } from '../../providers/aws/statement.ts'
import type { Permission, Permissions } from '../../src/ports/provider.ts'
import { ACCOUNT, REPORTS } from '../support/aws-account.ts'

const account = { account: ACCOUNT, partition: 'aws' }
const session = { role: 'ThandSession', secondsMax: 3600, console: undefined }
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const allow = (operations: readonly string[], targets: readonly string[] = [], more: Partial<Permission> = {}) => ({
  operations,
  targets,
  ...more,
})
const targetsOf = (...permissions: readonly Permission[]) => parsed({ allow: permissions, deny: [] })

function parsed(permissions: Permissions) {
  const targets = parseAccountTargets(permissions, account)
  return targets.ok ? targets.value : targets.error
}

/** What the configuration says is wrong with a role: of its slots and of its sessions. */
function problemsOf(permissions: Permissions): readonly string[] {
  const all = [parseAccountTargets(permissions, account), parseEntitlement({ session }, permissions)]
  return all.flatMap((each) => (each.ok ? [] : each.error.map(({ path }) => path.join('.'))))
}

describe('what a role wants of a user of IAM', () => {
  test('is a slot for each group, each managed policy, and one of the grant’s own', () => {
    const scope = JSON.stringify([{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: [REPORTS] }])
    expect(
      targetsOf(
        allow(['group:member'], ['sre', 'on-call']),
        allow(['policy:attached'], [READ_ONLY, `arn:aws:iam::${ACCOUNT}:policy/team/Deploy`]),
        allow(['user:s3:GetObject'], [REPORTS]),
      ),
    ).toEqual([
      { slot: 'group:sre', level: 'member' },
      { slot: 'group:on-call', level: 'member' },
      { slot: `policy:${READ_ONLY}`, level: 'attached' },
      { slot: `policy:arn:aws:iam::${ACCOUNT}:policy/team/Deploy`, level: 'attached' },
      { slot: 'inline', level: 'attached', own: { scope } },
    ])
  })

  test('is one slot for what is written twice, in whatever case', () => {
    const twice = targetsOf(allow(['group:member', 'group:member'], ['sre', 'SRE']), allow(['group:member'], ['sre']))
    expect(twice).toEqual([{ slot: 'group:sre', level: 'member' }])
  })

  test('is one policy for all actions behind user:, with what is denied and under which conditions', () => {
    const [target] = targetsOf(
      allow(['user:s3:GetObject'], [REPORTS], { conditions: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } } }),
      allow(['user:ec2:StartInstances,StopInstances']),
    )
    const scope = target && 'own' in target ? (target.own?.scope ?? '') : ''
    expect(readStatements(scope)).toHaveLength(2)
    expect(inlinePolicy(readStatements(scope), 0)).toContain('203.0.113.0/24')
  })

  test('is nothing for sessions', () => {
    expect(targetsOf(allow(['s3:GetObject'], [REPORTS]), allow(['ec2:Describe*']))).toEqual([])
    expect(targetsOf(allow(['role:assumed'], ['Deploy']))).toEqual([])
  })
})

describe('what is wrong is said once, at its place', () => {
  test.each<readonly [string, Permissions, string]>([
    ['a group by its ARN', { allow: [allow(['group:member'], ['sre', 'arn:x'])], deny: [] }, 'allow.0.targets.1'],
    ['no group', { allow: [allow(['group:member'])], deny: [] }, 'allow.0.targets'],
    [
      'a policy by its name',
      { allow: [allow(['policy:attached'], ['ReadOnlyAccess'])], deny: [] },
      'allow.0.targets.0',
    ],
    [
      'a policy of another account',
      { allow: [allow(['policy:attached'], ['arn:aws:iam::444455556666:policy/Deploy'])], deny: [] },
      'allow.0.targets.0',
    ],
    [
      'a policy of another partition',
      { allow: [allow(['policy:attached'], ['arn:aws-cn:iam::aws:policy/ReadOnlyAccess'])], deny: [] },
      'allow.0.targets.0',
    ],
    [
      'a misspelt operation',
      { allow: [allow(['s3:GetObject']), allow(['grup:member'])], deny: [] },
      'allow.1.operations.0',
    ],
    [
      'an operation of an Identity Center',
      { allow: [allow(['permission_set:assigned'], [`${ACCOUNT}/ps-0123456789abcdef`])], deny: [] },
      'allow.0.operations.0',
    ],
    [
      'conditions of a membership',
      {
        allow: [allow(['group:member'], ['sre'], { conditions: { Bool: { 'aws:SecureTransport': ['true'] } } })],
        deny: [],
      },
      'allow.0.conditions',
    ],
    [
      'a membership that is denied',
      { allow: [allow(['group:member'], ['sre'])], deny: [allow(['group:member'], ['dev'])] },
      'deny.0.operations.0',
    ],
    [
      'an action behind user: that is none',
      { allow: [allow(['user:s3'], [REPORTS])], deny: [] },
      'allow.0.operations.0',
    ],
  ])('%s', (_what, permissions, path) => {
    expect(problemsOf(permissions)).toEqual([path])
  })

  test('names and ARNs do not go together in one entry', () => {
    const problems = problemsOf({ allow: [allow(['group:member', 'policy:attached'], ['sre'])], deny: [] })
    expect(problems).toContain('allow.0.operations.1')
  })

  test('a misspelt operation is answered by what is possible, and by the nearest', () => {
    const wrong = parseEntitlement({ session }, { allow: [allow(['group:membr'])], deny: [] })
    expect(wrong).toMatchObject({ ok: false, error: [{ suggestion: 'group:member' }] })
    expect(JSON.stringify(wrong)).toMatch(/s3:GetObject.*role:assumed, group:member, policy:attached/)
  })
})
