import { describe, expect, onTestFinished, test } from 'vitest'
import { policyUntil } from '../../providers/aws/statement.ts'
import type { Slot } from '../../src/core/target.ts'
import type { GrantOrder, Observation } from '../../src/ports/provider.ts'
import type { AwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { type FaultKind, fault, isWrite } from '../doubles/aws/faults.ts'
import type { AwsCloudOptions } from '../doubles/aws/furnish.ts'
import { useCredential } from '../doubles/aws/use-credential.ts'
import { ACCOUNT, openAccount, REPORTS, startAccount } from '../support/aws-account.ts'
import { type ProviderWorld, providerConformance, type WriteFault } from './conformance.ts'

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const GRANT = 'req_7k2mq9xd'
const STATEMENTS = [{ Effect: 'Allow' as const, Action: ['s3:GetObject'], Resource: [REPORTS] }]
const SCOPE = JSON.stringify(STATEMENTS)
const NOON = Date.UTC(2030, 0, 31, 12)
const PLACES = { group: 'group:sre', policy: `policy:${READ_ONLY}`, inline: `inline:${GRANT}` } as const
type Kind = keyof typeof PLACES
const KINDS = ['group', 'policy', 'inline'] as const

const PEOPLE: AwsCloudOptions = {
  accounts: { [ACCOUNT]: { users: { ann: {}, bob: {} }, groups: { sre: ['ann'], dev: [] } } },
}
const startPeople = (more: AwsCloudOptions = {}) => startAccount(undefined, { ...PEOPLE, ...more })

const hostile = [
  '*',
  'ann*',
  'a?b',
  '../ann/*',
  'a\\b',
  'a#b',
  'o"brien',
  'a\nb',
  'ünïcode',
  '\u202egnp',
  'a b',
  '${aws:username}',
  'arn:aws:iam::aws:policy/AdministratorAccess:x',
  '<ann>&',
  '',
  ' ',
]

/** What the double itself says, without asking the API. */
function levelAt(cloud: AwsCloud, kind: Kind, name = 'bob'): string {
  const { users = {}, groups = {} } = cloud.state.accounts[ACCOUNT] ?? {}
  const is = {
    group: groups['sre']?.members.includes(name),
    policy: users[name]?.attached.includes(READ_ONLY),
    inline: users[name]?.inline[`jit-${GRANT}`] !== undefined,
  }
  return is[kind] === true ? levelOf(kind) : 'absent'
}

const levelOf = (kind: Kind) => (kind === 'group' ? 'member' : 'attached')

function setAt(cloud: AwsCloud, kind: Kind, isThere: boolean): void {
  const hands = cloud.hands()
  if (kind === 'group') hands.setMember('sre', 'bob', isThere)
  else if (kind === 'policy') hands.setAttached('user', 'bob', READ_ONLY, isThere)
  else hands.setInline('user', 'bob', `jit-${GRANT}`, isThere ? policyUntil(STATEMENTS, NOON) : undefined)
}

const writesOf = (cloud: AwsCloud) => cloud.journal.filter(({ operation }) => isWrite(operation))

async function freshWorld(kind: Kind): Promise<ProviderWorld> {
  const cloud = await startPeople()
  const canary = cloud.credentials.secretAccessKey
  const refusal = (code: string, status: number): FaultKind => ({
    kind: 'refusal',
    code,
    status,
    message: canary,
    headers: { 'retry-after': '7' },
  })
  const faults: Readonly<Record<WriteFault, FaultKind>> = {
    'answer-lost': fault.answerLost,
    'error-after-applying': fault.errorAfterApplying,
    error: fault.error,
    throttled: refusal('Throttling', 400),
    'refused-credential': refusal('InvalidClientTokenId', 403),
    silence: fault.silence,
  }
  return {
    provider: openAccount(cloud),
    login: 'bob',
    slot: PLACES[kind],
    high: levelOf(kind),
    ...(kind === 'inline' && { own: { grant: GRANT, scope: SCOPE, endsAt: NOON } }),
    level: () => levelAt(cloud, kind),
    set: (level) => setAt(cloud, kind, level !== 'absent'),
    writesApplied: () => writesOf(cloud).filter(({ applied }) => applied).length,
    writesSent: () => writesOf(cloud).length,
    nextWrite: (which) => cloud.faults.nextWrite(faults[which]),
    breakCredential: (how) => cloud.faults.breakCredential(how),
    goDown: () => cloud.faults.goDown(),
    hostileLogins: hostile,
    // All resources, and whatever has an ARN, are what an action may well be about.
    hostileTargets: kind === 'inline' ? hostile.filter((target) => !/^(\*$|arn:)/.test(target)) : hostile,
    operation: { group: 'group:member', policy: 'policy:attached', inline: 'user:s3:GetObject' }[kind],
    canary,
    problems: () => cloud.problems,
    asked: () => cloud.journal.map(({ operation, parameters }) => `${operation} ${JSON.stringify(parameters)}`),
    close: () => cloud.close(),
  }
}

providerConformance('AWS, a group', () => freshWorld('group'))
providerConformance('AWS, a managed policy', () => freshWorld('policy'))
providerConformance('AWS, an inline policy', () => freshWorld('inline'))

async function given(options: AwsCloudOptions = {}, config: Readonly<Record<string, unknown>> = {}) {
  const cloud = await startPeople(options)
  onTestFinished(async () => {
    await cloud.close()
    expect(cloud.problems).toEqual([])
  })
  const provider = openAccount(cloud, config)
  const idOf = (name: string) => cloud.state.accounts[ACCOUNT]?.users[name]?.id ?? ''
  const slotOf = (name: string, slot: string): Slot => ({
    instance: provider.instance,
    subject: { id: idOf(name), login: name },
    name: slot,
  })
  return { cloud, provider, idOf, slotOf, hands: cloud.hands() }
}

const at = (level: string): Observation => ({ kind: 'at', level })
const seenAt = (level: string) => ({ ok: true, value: at(level) })
const done = { ok: true, value: undefined }
const orderFor = (kind: Kind, seen: Observation, endsAt = NOON): GrantOrder => ({
  grant: GRANT,
  seen,
  ...(kind === 'inline' && { scope: SCOPE, endsAt }),
  signal: new AbortController().signal,
})
const refusedAs = (code: string) => ({ ok: false, error: { kind: 'refused', code } })
const failedAs = (kind: string) => ({ ok: false, error: { kind } })

describe('who is who', () => {
  test('a user is resolved by name to the id that no other user will have, and by the id after a rename', async () => {
    const { provider, idOf, hands } = await given()
    const id = idOf('bob')
    expect(id).toMatch(/^AIDA/)
    expect(await provider.resolveSubject({ login: 'bob' })).toEqual({ ok: true, value: { id, login: 'bob' } })
    hands.renameUser('bob', 'bob.smith')
    hands.createUser('bob')
    expect(await provider.resolveSubject({ login: 'bob', id })).toEqual({ ok: true, value: { id, login: 'bob.smith' } })
    expect(await provider.resolveSubject({ login: 'bob' })).not.toMatchObject({ value: { id } })
  })

  test.each(['deploy', 'constructor', '__proto__', '..'])('nobody is called %s', async (login) => {
    const { provider } = await given({ accounts: { [ACCOUNT]: { roles: { deploy: {} } } } })
    expect(await provider.resolveSubject({ login })).toMatchObject(refusedAs('subject_unknown'))
  })

  test.each([
    'role/deploy',
    'team/bob',
    `arn:aws:iam::${ACCOUNT}:user/bob`,
    `arn:aws:iam::${ACCOUNT}:root`,
    'AROAEXAMPLE:bob',
    'bob*',
  ])('%s is no name of a user, and nothing is asked', async (login) => {
    const { cloud, provider } = await given()
    expect(await provider.resolveSubject({ login })).toMatchObject(refusedAs('invalid'))
    expect(cloud.journal).toEqual([])
  })

  test.each(['AROAEXAMPLEEXAMPLE', 'AGPAEXAMPLEEXAMPLE', ACCOUNT])('%s is the id of no user', async (id) => {
    const { provider } = await given()
    expect(await provider.resolveSubject({ login: 'bob', id })).toMatchObject(failedAs('refused'))
  })

  test('the user that we act as is nobody’s account', async () => {
    const { provider, idOf } = await given()
    for (const account of [{ login: 'thand' }, { login: 'thand', id: idOf('thand') }])
      expect(await provider.resolveSubject(account)).toMatchObject(refusedAs('subject_is_ours'))
  })

  test('a pinned id that nobody has any more is nobody, although another user has the name', async () => {
    const { provider, idOf, hands } = await given()
    const id = idOf('bob')
    hands.deleteUser('bob')
    hands.createUser('bob')
    expect(await provider.resolveSubject({ login: 'bob', id })).toMatchObject(refusedAs('subject_unknown'))
  })

  test('a credential of another account than the configured one shows nobody, neither who is there nor who is not', async () => {
    const { cloud, provider, idOf } = await given({}, { account: '444455556666' })
    for (const login of ['bob', 'nobody'])
      expect(await provider.resolveSubject({ login })).toMatchObject(failedAs('unseen'))
    const { instance } = provider
    const slot = { instance, subject: { id: `${idOf('bob')}2`, login: 'bob' }, name: PLACES.group }
    expect(await provider.observe(slot)).toMatchObject(failedAs('unseen'))
    expect(await provider.lower(slot, 'absent', orderFor('group', at('member')))).toMatchObject(failedAs('unseen'))
    expect(writesOf(cloud)).toEqual([])
  })

  test('where nobody was renamed an observation is two requests at once, and no user is listed', async () => {
    const { cloud, provider, slotOf } = await given()
    expect(await provider.observe(slotOf('ann', PLACES.group))).toEqual(seenAt('member'))
    expect(cloud.journal.map(({ operation }) => operation).toSorted()).toEqual(['GetUser', 'ListGroupsForUser'])
  })
})

describe.each(KINDS)('a slot of the kind %s', (kind) => {
  const level = levelOf(kind)

  test('follows its user through a rename, and never touches who took the name', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    const slot = slotOf('bob', PLACES[kind])
    hands.renameUser('bob', 'robert')
    hands.createUser('bob')
    expect(await provider.observe(slot)).toEqual(seenAt('absent'))
    expect(await provider.raise(slot, level, orderFor(kind, at('absent')))).toEqual(done)
    expect(await provider.observe(slot)).toEqual(seenAt(level))
    expect([levelAt(cloud, kind, 'robert'), levelAt(cloud, kind, 'bob')]).toEqual([level, 'absent'])
    expect(await provider.lower(slot, 'absent', orderFor(kind, at(level)))).toEqual(done)
    expect(levelAt(cloud, kind, 'robert')).toBe('absent')
  })

  test('of a user who was deleted and made anew: absent, and the new one gets nothing and loses nothing', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    const slot = slotOf('bob', PLACES[kind])
    hands.deleteUser('bob')
    hands.createUser('bob')
    setAt(cloud, kind, true)
    expect(await provider.observe(slot)).toEqual(seenAt('absent'))
    expect(await provider.raise(slot, level, orderFor(kind, at('absent')))).toMatchObject(refusedAs('subject_unknown'))
    expect(await provider.lower(slot, 'absent', orderFor(kind, at(level)))).toEqual(done)
    expect([levelAt(cloud, kind), writesOf(cloud)]).toEqual([level, []])
  })

  test('a user who is renamed just before the write is not taken for whoever is gone', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    const slot = slotOf('bob', PLACES[kind])
    const work = () => hands.renameUser('bob', 'robert')
    cloud.faults.nextWrite({ kind: 'meanwhile', work })
    expect(await provider.raise(slot, level, orderFor(kind, at('absent')))).toMatchObject(failedAs('throttled'))
    expect(await provider.raise(slot, level, orderFor(kind, at('absent')))).toEqual(done)
    expect(levelAt(cloud, kind, 'robert')).toBe(level)
  })

  test('a user who is deleted just before the write: refused on a raise, done on a lowering', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    const slot = slotOf('bob', PLACES[kind])
    cloud.faults.nextWrite({ kind: 'meanwhile', work: () => hands.deleteUser('bob') })
    expect(await provider.raise(slot, level, orderFor(kind, at('absent')))).toMatchObject(refusedAs('subject_unknown'))
    hands.createUser('bob')
    const next = slotOf('bob', PLACES[kind])
    cloud.faults.nextWrite({ kind: 'meanwhile', work: () => hands.deleteUser('bob') })
    expect(await provider.lower(next, 'absent', orderFor(kind, at(level)))).toEqual(done)
  })

  test('a user who goes while we look is not called absent from it', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    const slot = slotOf('bob', PLACES[kind])
    setAt(cloud, kind, true)
    const work = () => hands.renameUser('bob', 'robert')
    cloud.faults.next({ operation: /^List(Groups|Attached|UserPol)/ }, { kind: 'meanwhile', work })
    expect(await provider.observe(slot)).not.toEqual(seenAt('absent'))
    expect(await provider.observe(slot)).toEqual(seenAt(level))
  })

  test('a list that comes in small pages is read to its end', async () => {
    const { cloud, provider, slotOf, hands } = await given({ pageSize: 1 })
    for (const n of [1, 2, 3]) {
      hands.createGroup(`a${n}`)
      hands.setMember(`a${n}`, 'bob', true)
      hands.setAttached('user', 'bob', hands.createPolicy(`a${n}`, allowing('s3:Get*')), true)
      hands.setInline('user', 'bob', `a${n}`, allowing('s3:List*'))
    }
    setAt(cloud, kind, true)
    const slot = slotOf('bob', PLACES[kind])
    expect(await provider.observe(slot)).toEqual(seenAt(level))
    hands.renameUser('bob', 'zoe')
    expect(await provider.observe(slot)).toEqual(seenAt(level))
  })

  test.each(['GetUser', 'ListUsers'])('whoever may not %s says nothing of a user who is gone', async (operation) => {
    const { cloud, provider, slotOf, hands } = await given()
    const slot = slotOf('bob', PLACES[kind])
    hands.deleteUser('bob')
    for (const asked of ['observe', 'lower'] as const) {
      cloud.faults.next({ operation }, fault.forbidden)
      const answer =
        asked === 'observe'
          ? await provider.observe(slot)
          : await provider.lower(slot, 'absent', orderFor(kind, at(level)))
      expect(answer).toMatchObject(failedAs('unauthorized'))
    }
  })

  test('what AWS lets nobody have more of is refused in words', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    for (let n = 0; n < 10; n++) {
      hands.createGroup(`g${n}`)
      hands.setMember(`g${n}`, 'bob', true)
      hands.setAttached('user', 'bob', hands.createPolicy(`p${n}`, allowing('s3:Get*')), true)
    }
    hands.setInline('user', 'bob', 'full', allowing(`s3:${'G'.repeat(1950)}*`))
    const raised = await provider.raise(slotOf('bob', PLACES[kind]), level, orderFor(kind, at('absent')))
    expect(raised).toMatchObject(refusedAs('invalid'))
    const detail = !raised.ok && raised.error.kind === 'refused' ? raised.error.detail : ''
    expect(detail).toMatch(/^the (user|inline policies of the user) .*(10|2,048).*administrator/)
    expect(levelAt(cloud, kind)).toBe('absent')
  })
})

describe('what people have anyway', () => {
  test('a membership and a policy that stand are seen as standing, and a lowering to them takes nothing', async () => {
    const { cloud, provider, slotOf } = await given()
    for (const kind of ['group', 'policy'] as const) {
      setAt(cloud, kind, true)
      const slot = slotOf('bob', PLACES[kind])
      const level = levelOf(kind)
      expect(await provider.observe(slot)).toEqual(seenAt(level))
      await provider.raise(slot, level, orderFor(kind, at(level)))
      await provider.lower(slot, level, orderFor(kind, at(level)))
      expect(levelAt(cloud, kind)).toBe(level)
    }
    expect(writesOf(cloud)).toEqual([])
  })

  test('other groups and policies of the user, and other users, are not touched', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    hands.setMember('dev', 'bob', true)
    hands.setInline('user', 'bob', 'their-own', allowing('s3:List*'))
    for (const kind of KINDS) {
      const slot = slotOf('bob', PLACES[kind])
      await provider.raise(slot, levelOf(kind), orderFor(kind, at('absent')))
      await provider.lower(slot, 'absent', orderFor(kind, at(levelOf(kind))))
    }
    const { groups = {}, users = {} } = cloud.state.accounts[ACCOUNT] ?? {}
    expect([groups['sre']?.members, groups['dev']?.members]).toEqual([['ann'], ['bob']])
    expect(Object.keys(users['bob']?.inline ?? {})).toEqual(['their-own'])
  })

  test.each(['group', 'policy'] as const)('a %s that is gone is refused on a raise, and absent', async (kind) => {
    const { cloud, provider, slotOf, hands } = await given()
    const name = kind === 'group' ? 'group:gone' : `policy:${hands.createPolicy('gone', allowing('s3:Get*'))}`
    hands.deletePolicy(name.slice('policy:'.length))
    const slot = slotOf('bob', name)
    expect(await provider.observe(slot)).toEqual(seenAt('absent'))
    const raised = await provider.raise(slot, levelOf(kind), orderFor(kind, at('absent')))
    expect(raised).toMatchObject(refusedAs('target_unknown'))
    expect(await provider.lower(slot, 'absent', orderFor(kind, at(levelOf(kind))))).toEqual(done)
    expect(cloud.journal.filter(({ applied }) => applied)).toEqual([])
  })

  test('AWS ends an inline policy by itself, and no membership', async () => {
    const { provider } = await given()
    expect(KINDS.map((kind) => provider.expiryOf(PLACES[kind]))).toEqual(['none', 'none', 'hard'])
  })
})

describe('the inline policy of a grant', () => {
  const read = (cloud: AwsCloud, key: { accessKeyId: string; secretAccessKey: string }) =>
    useCredential(cloud.url, key, '/acme-reports/q3.txt').then(({ status }) => status)

  test('lets its user in until its end and not a second longer by AWS’s own clock, with nobody of ours there', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    const clock = { now: NOON - 60_000 }
    cloud.setClock(() => clock.now)
    const key = hands.createKey('bob')
    expect(await read(cloud, key)).toBe(403)
    expect(await provider.raise(slotOf('bob', PLACES.inline), 'attached', orderFor('inline', at('absent')))).toEqual(
      done,
    )
    expect(await read(cloud, key)).toBe(200)
    clock.now = NOON - 1
    expect(await read(cloud, key)).toBe(200)
    clock.now = NOON
    expect(await read(cloud, key)).toBe(403)
    expect(levelAt(cloud, 'inline')).toBe('attached')
  })

  test('moves with the end of its grant: another end is written once, the same writes nothing', async () => {
    const { cloud, provider, slotOf, hands } = await given()
    const clock = { now: NOON - 60_000 }
    cloud.setClock(() => clock.now)
    const key = hands.createKey('bob')
    const slot = slotOf('bob', PLACES.inline)
    await provider.raise(slot, 'attached', orderFor('inline', at('absent')))
    expect(await provider.raise(slot, 'attached', orderFor('inline', at('attached')))).toEqual(done)
    expect(writesOf(cloud)).toHaveLength(1)
    const later = orderFor('inline', at('attached'), NOON + 600_000)
    for (const _ of [1, 2]) expect(await provider.raise(slot, 'attached', later)).toEqual(done)
    expect(writesOf(cloud)).toHaveLength(2)
    clock.now = NOON + 599_000
    expect(await read(cloud, key)).toBe(200)
    clock.now = NOON + 600_000
    expect(await read(cloud, key)).toBe(403)
  })

  test('an end that lies between two seconds is the earlier one', async () => {
    const { cloud, provider, slotOf } = await given()
    await provider.raise(slotOf('bob', PLACES.inline), 'attached', orderFor('inline', at('absent'), NOON + 999))
    expect(writesOf(cloud)[0]?.parameters['PolicyDocument']).toContain('"2030-01-31T12:00:00Z"')
  })

  test.each(['{}', allowing('*')])('what somebody made of it is written over when its end moves (%s)', async (odd) => {
    const { cloud, provider, slotOf, hands } = await given()
    const slot = slotOf('bob', PLACES.inline)
    await provider.raise(slot, 'attached', orderFor('inline', at('absent')))
    if (odd === '{}')
      Object.assign(cloud.state.accounts[ACCOUNT]?.users['bob']?.inline ?? {}, { [`jit-${GRANT}`]: odd })
    else hands.setInline('user', 'bob', `jit-${GRANT}`, odd)
    expect(await provider.raise(slot, 'attached', orderFor('inline', at('attached')))).toEqual(done)
    const written = cloud.state.accounts[ACCOUNT]?.users['bob']?.inline[`jit-${GRANT}`]
    expect(JSON.parse(written ?? '')).toEqual(JSON.parse(policyUntil(STATEMENTS, NOON)))
  })

  test('is never written without an end', async () => {
    const { cloud, provider, slotOf } = await given()
    const { scope: _scope, ...rest } = orderFor('inline', at('absent'))
    const { endsAt: _endsAt, ...endless } = orderFor('inline', at('absent'))
    for (const order of [rest, endless])
      expect(await provider.raise(slotOf('bob', PLACES.inline), 'attached', order)).toMatchObject(refusedAs('invalid'))
    expect(writesOf(cloud)).toEqual([])
  })

  test.each(['inline:', 'inline', 'inline:REQ_7K2MQ9XD', 'inline:req_7k2mq9xl', 'inline:jit-x', `inline:${GRANT} `])(
    'the slot %j is of no grant: nothing is asked',
    async (name) => {
      const { cloud, provider, slotOf } = await given()
      expect(await provider.observe(slotOf('bob', name))).toMatchObject(failedAs('unseen'))
      expect(cloud.journal).toEqual([])
    },
  )
})

test('our credential of an account that is refused says so of each slot: no absence, no success', async () => {
  const { cloud, provider, slotOf } = await given()
  cloud.faults.breakCredential('blind')
  for (const kind of KINDS) {
    const slot = slotOf('bob', PLACES[kind])
    expect(await provider.observe(slot)).toMatchObject(failedAs('unauthorized'))
    expect(await provider.lower(slot, 'absent', orderFor(kind, at(levelOf(kind))))).toMatchObject(
      failedAs('unauthorized'),
    )
  }
  expect(writesOf(cloud)).toEqual([])
})
