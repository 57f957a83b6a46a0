import { expect, onTestFinished, test } from 'vitest'
import { accountRights } from '../../providers/aws/rights.ts'
import type { ExpectedAtProvider, Finding } from '../../src/ports/online-check.ts'
import { allowing, trusting } from '../doubles/aws/documents.ts'
import { fault } from '../doubles/aws/faults.ts'
import type { AwsCloudOptions } from '../doubles/aws/furnish.ts'
import type { RoleOptions } from '../doubles/aws/hands.ts'
import { ACCOUNT, configOf, openAccount, SESSION_ROLE, startAccount } from '../support/aws-account.ts'
import { expectValue } from './conformance.ts'

const nothing: ExpectedAtProvider = { targets: [], scopes: [], accounts: [] }

async function given(role: RoleOptions = SESSION_ROLE, options: AwsCloudOptions = {}) {
  const cloud = await startAccount(role, options)
  onTestFinished(async () => {
    await cloud.close()
    expect(cloud.problems).toEqual([])
  })
  const check = async (expected: Partial<ExpectedAtProvider> = {}, config: object = {}) => {
    const findings: Finding[] = []
    for await (const each of openAccount(cloud, { ...config }).checkOnline({ ...nothing, ...expected }))
      findings.push(each)
    return findings
  }
  return { cloud, check, told: async (...given: Parameters<typeof check>) => kindsAndWords(await check(...given)) }
}

function kindsAndWords(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ kind, what }) => `${kind}: ${what}`)
}

test('an account in which all is well', async () => {
  const accounts = {
    [ACCOUNT]: {
      roles: { ThandSession: SESSION_ROLE, Deploy: SESSION_ROLE },
      groups: { sre: ['ann'] },
      users: { ann: {} },
    },
  }
  const { cloud, told } = await given(SESSION_ROLE, { accounts })
  const assumed = { allow: [{ operations: ['role:assumed'], targets: ['Deploy'] }], deny: [] }
  const scope = expectValue(openAccount(cloud).parseEntitlement(assumed))?.scope ?? ''
  const policy = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const targets = [
    { slot: 'group:sre', level: 'member' },
    { slot: `policy:${policy}`, level: 'attached' },
    { slot: 'inline', level: 'attached', own: { scope: '[]' } },
  ]
  const people = [{ person: 'ann', login: 'ann' }]
  expect(await told({ targets, scopes: [scope, scope], accounts: people })).toEqual([
    `fine: the account ${ACCOUNT} knows us as arn:aws:iam::${ACCOUNT}:user/thand`,
    'fine: the role ThandSession lets us in, and its sessions tell when they end',
    expect.stringMatching(/^unchecked: whether a session of ThandSession can be ended early/),
    'fine: the role Deploy lets us in, and its sessions tell when they end',
    expect.stringMatching(/^unchecked: whether a session of Deploy/),
    'fine: the group sre is there',
    `fine: the policy ${policy} is there`,
    'fine: ann as ann is a user of the account',
  ])
  const before = cloud.journal.filter(({ operation }) => /^(Put|Delete|Add|Attach|Create|Update)/.test(operation))
  expect(before).toEqual([])
  const { sessions, ...others } = accountRights
  const rights: readonly string[] = [...sessions, ...Object.values(others).flat()]
  expect(cloud.decisions.filter(({ isThands, action }) => isThands && !rights.includes(action))).toEqual([])
})

test('what it makes to look may do nothing', async () => {
  const { cloud, check } = await given()
  await check()
  const [session] = Object.values(cloud.state.sessions)
  const policy = JSON.parse(session?.policies?.[0] ?? '{}') as { Statement: { Effect: string; Action: string }[] }
  const allowed = policy.Statement.filter(({ Effect }) => Effect === 'Allow')
  expect([session?.name, ...allowed.map(({ Action }) => Action)]).toEqual(['jit-online-check', 'sts:GetAccessKeyInfo'])
})

test('a role that is not there, lets nobody in, is too short, or cannot be asked', async () => {
  const roles = {
    Short: { ...SESSION_ROLE, maxSessionSeconds: 3600 },
    Shut: { ...SESSION_ROLE, trust: trusting('arn:aws:iam::111122223333:user/bob') },
    Mute: { policies: { work: allowing('s3:*') } },
  }
  const { told } = await given(SESSION_ROLE, { accounts: { [ACCOUNT]: { roles } } })
  const session = (role: string) => told({}, { session: { role, max_duration: 7200 } })
  expect(await session('Gone')).toContain('wrong: the role Gone is not there')
  expect(await session('Short')).toContain(
    'wrong: the role Short gives sessions of 3600 s at most, and session.max_duration is 7200',
  )
  expect(await session('Shut')).toContain('wrong: the role Shut does not let us in: AWS answered AccessDenied')
  expect(await session('Mute')).toContain(
    'note: sessions of Mute cannot be asked, so what ends early is seen to be over at its own end only',
  )
})

test('groups, policies and people who are not there', async () => {
  const { told } = await given()
  const policy = `arn:aws:iam::${ACCOUNT}:policy/gone`
  const targets = ['group:gone', `policy:${policy}`].map((slot) => ({ slot, level: 'x' }))
  const found = await told({
    targets,
    accounts: [
      { person: 'bob', login: 'bob' },
      { person: 'sue', login: 'thand' },
    ],
  })
  expect(found.slice(-4)).toEqual([
    'wrong: the group gone is not there',
    `wrong: the policy ${policy} is not there`,
    'wrong: bob as bob: AWS knows no such user',
    'wrong: sue as thand: the user is the one that we act as',
  ])
})

test('another account, a credential that is refused, and an AWS that is away', async () => {
  const { cloud, check, told } = await given()
  expect(await told({}, { account: '999900001111' })).toEqual([
    `wrong: our own credential is of the account ${ACCOUNT}, not of 999900001111`,
    expect.stringMatching(/^unchecked: roles/),
  ])
  const keys = { ...configOf(cloud).keys, secret_access_key: 'not-the-secret-canary' }
  const refused = await check({}, { keys })
  expect(refused[0]).toMatchObject({ kind: 'wrong', what: 'our own credential: AWS answered SignatureDoesNotMatch' })
  expect(JSON.stringify(refused)).not.toContain('canary')
  cloud.faults.next({}, fault.error)
  expect((await check())[0]).toMatchObject({ kind: 'unsure' })
})

test('a right that we lack is named, and the rest is looked at', async () => {
  const thandPolicies = { some: allowing('sts:*', 'iam:GetUser', 'iam:ListUsers') }
  const accounts = { [ACCOUNT]: { roles: { ThandSession: SESSION_ROLE }, users: { ann: {} } } }
  const { check } = await given(SESSION_ROLE, { accounts, thandPolicies })
  const targets = [{ slot: 'group:sre', level: 'member' }]
  const found = await check({ targets, accounts: [{ person: 'ann', login: 'ann' }] })
  expect(found.filter(({ kind }) => kind === 'wrong')).toEqual([
    { kind: 'wrong', what: 'the role ThandSession: AWS answered AccessDenied', mend: 'iam:GetRole on the role' },
    expect.objectContaining({ what: 'the group sre: AWS answered AccessDenied' }),
  ])
  expect(found.at(-1)).toMatchObject({ kind: 'fine' })
})
