import { describe, expect, onTestFinished, test } from 'vitest'
import { parseAwsConfig } from '../../providers/aws/config.ts'
import { IdentityCenterProvider } from '../../providers/aws/identity-center-provider.ts'
import { assignmentsPage, readAs } from '../../providers/aws/identity-center-shapes.ts'
import { sessionSecondsIn } from '../../providers/aws/session-duration.ts'
import { ok } from '../../src/core/result.ts'
import type { Slot } from '../../src/core/target.ts'
import type { Finding } from '../../src/ports/online-check.ts'
import type { GrantOrder, Observation, Permission } from '../../src/ports/provider.ts'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { fault, isWrite, throttled } from '../doubles/aws/faults.ts'
import type { AwsCloudOptions } from '../doubles/aws/furnish.ts'
import type { IdentityCenter } from '../doubles/aws/identity-center.ts'
import { expectValue, type ProviderWorld, providerConformance, type WriteFault } from './conformance.ts'

const ACCOUNT = '444455556666'
const OTHER = '777788889999'
const HOME = '111122223333'
const ANN = 'ann@acme.example'
const BOB = 'bob@acme.example'
const hostile = [
  '..',
  '../../users',
  '%2e%2e',
  'a b',
  'a\nb',
  '\u202egnp',
  '*',
  '${aws:username}',
  '__proto__',
  '',
  ' ',
  'x'.repeat(200),
]

async function startCloud(options: AwsCloudOptions = {}) {
  const cloud = await startAwsCloud({
    accounts: { [HOME]: {}, [ACCOUNT]: {}, [OTHER]: {} },
    identityCenter: {
      users: [ANN, BOB],
      groups: { ops: [BOB] },
      permissionSets: { Admin: { sessionSeconds: 8 * 3600 }, Reader: {} },
    },
    ...options,
  })
  const center = centerIn(cloud)
  // Done when it is looked at next: what is under way stays so only where a test says it.
  center.pace = { ms: 0, polls: 0 }
  return { cloud, center }
}

function centerIn({ state }: AwsCloud): IdentityCenter {
  if (state.identityCenter === undefined) throw new Error('there is no Identity Center')
  return state.identityCenter
}

function open(cloud: AwsCloud, center: IdentityCenter) {
  const raw = {
    region: cloud.region,
    endpoint: cloud.url,
    keys: { access_key_id: cloud.credentials.accessKeyId, secret_access_key: cloud.credentials.secretAccessKey },
    identity_center: { instance_arn: center.instanceArn, identity_store_id: center.storeId },
  }
  const config = expectValue(parseAwsConfig(raw))
  if (config.kind !== 'identity_center') throw new Error('another kind of configuration')
  return new IdentityCenterProvider(config)
}

function setNamed(center: IdentityCenter, name: string): string {
  const arn = Object.values(center.permissionSets).find((set) => set.name === name)?.arn ?? ''
  return arn.slice(arn.lastIndexOf('/') + 1)
}

function idOf(center: IdentityCenter, name: string): string {
  return Object.values(center.users).find((user) => user.userName === name)?.id ?? ''
}

const at = (level: string): Observation => ({ kind: 'at', level })
const order = (seen: string, signal = new AbortController().signal): GrantOrder => ({
  grant: 'g1',
  seen: at(seen),
  signal,
})
const refusedAs = (code: string) => ({ ok: false, error: { kind: 'refused', code } })
const failedAs = (kind: string) => ({ ok: false, error: { kind } })
const seenAs = (level: string) => ({ ok: true, value: at(level) })

/** An organisation with an Identity Center, and a provider before it. */
async function given(options: AwsCloudOptions = {}) {
  const { cloud, center } = await startCloud(options)
  onTestFinished(async () => {
    await cloud.close()
    expect(cloud.problems).toEqual([])
  })
  const provider = open(cloud, center)
  const slotOf = (login: string, name = 'Admin', account = ACCOUNT): Slot => ({
    instance: provider.instance,
    subject: { id: idOf(center, login), login },
    name: `assignment:${account}/${setNamed(center, name)}`,
  })
  const admin = { account: ACCOUNT, permissionSet: 'Admin' }
  const asked = (operation: string) => cloud.journal.filter((entry) => entry.operation === operation).length
  return { cloud, center, provider, slotOf, admin, asked, hands: cloud.center() }
}

const FAULTS: Readonly<Record<WriteFault, Parameters<AwsCloud['faults']['nextWrite']>[0]>> = {
  'answer-lost': fault.answerLost,
  'error-after-applying': fault.errorAfterApplying,
  error: fault.error,
  throttled: throttled(7),
  'refused-credential': fault.expiredToken,
  silence: fault.silence,
}

async function freshWorld(): Promise<ProviderWorld> {
  const { cloud, center } = await startCloud()
  const hands = cloud.center()
  const assignment = { user: ANN, account: ACCOUNT, permissionSet: 'Admin' }
  const writes = () => cloud.journal.filter(({ operation }) => isWrite(operation))
  return {
    provider: open(cloud, center),
    login: ANN,
    slot: `assignment:${ACCOUNT}/${setNamed(center, 'Admin')}`,
    high: 'assigned',
    level: () => (hands.isAssigned(assignment) ? 'assigned' : 'absent'),
    set: (level) => hands.setAssignment(assignment, level === 'assigned'),
    writesApplied: () => writes().filter(({ applied }) => applied).length,
    writesSent: () => writes().length,
    nextWrite: (kind) => cloud.faults.nextWrite(FAULTS[kind]),
    breakCredential: (how) => cloud.faults.breakCredential(how),
    goDown: () => cloud.faults.goDown(),
    hostileLogins: hostile,
    hostileTargets: [
      ...hostile,
      `${ACCOUNT}/ps-../0123456789a`,
      `${ACCOUNT}/ps-0123456789ABCDEF`,
      `1234/ps-0123456789abcdef`,
    ],
    operation: 'permission_set:assigned',
    canary: cloud.credentials.secretAccessKey,
    problems: () => cloud.problems,
    asked: () => cloud.journal.map(({ operation }) => operation),
    close: () => cloud.close(),
  }
}

providerConformance('AWS, an assignment at Identity Center', freshWorld)

describe('AWS makes and deletes an assignment in its own time', () => {
  test('a raise waits for it over several polls, and was sent once', async () => {
    const { center, provider, slotOf, admin, hands, asked } = await given()
    center.pace = { ms: 0, polls: 3 }
    expect(await provider.raise(slotOf(ANN), 'assigned', order('absent'))).toEqual({ ok: true, value: undefined })
    expect([hands.isAssigned({ ...admin, user: ANN }), asked('CreateAccountAssignment')]).toEqual([true, 1])
    expect(asked('DescribeAccountAssignmentCreationStatus')).toBeGreaterThanOrEqual(3)
    center.pace = { ms: 0, polls: 3 }
    expect(await provider.lower(slotOf(ANN), 'absent', order('assigned'))).toEqual({ ok: true, value: undefined })
    expect([hands.isAssigned({ ...admin, user: ANN }), asked('DeleteAccountAssignment')]).toEqual([false, 1])
  })

  test('a poll that is throttled or lost is asked again, and the write is not', async () => {
    const { cloud, provider, slotOf, asked } = await given()
    for (const trouble of [throttled(), fault.answerLost, fault.error])
      cloud.faults.next({ operation: 'DescribeAccountAssignmentCreationStatus' }, trouble)
    expect(await provider.raise(slotOf(ANN), 'assigned', order('absent'))).toMatchObject({ ok: true })
    expect(asked('CreateAccountAssignment')).toBe(1)
  })

  test('our credential breaks while AWS is at it: unknown, for it goes on', async () => {
    const { cloud, provider, slotOf, admin, hands } = await given()
    cloud.faults.next({ operation: 'DescribeAccountAssignmentCreationStatus' }, fault.forbidden)
    expect(await provider.raise(slotOf(ANN), 'assigned', order('absent'))).toMatchObject(failedAs('unknown'))
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('assigned'))
    expect(hands.isAssigned({ ...admin, user: ANN })).toBe(true)
  })

  test.each([
    ['Quota of IAM roles exceeded in the account', 'refused'],
    ['An unexpected internal service exception was encountered', 'unknown'],
  ])('it fails: %s: %s, in the words of AWS', async (reason, kind) => {
    const { center, provider, slotOf } = await given()
    center.failures.push(reason, reason)
    const raised = await provider.raise(slotOf(ANN), 'assigned', order('absent'))
    expect(raised).toMatchObject({ ok: false, error: { kind, detail: expect.stringContaining(reason) } })
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('absent'))
    const hands = await given()
    hands.hands.setAssignment({ ...hands.admin, user: ANN }, true)
    hands.center.failures.push(reason)
    const lowered = await hands.provider.lower(hands.slotOf(ANN), 'absent', order('assigned'))
    expect(lowered).toMatchObject({ ok: false, error: { kind, detail: expect.stringContaining(reason) } })
    expect(await hands.provider.observe(hands.slotOf(ANN))).toEqual(seenAs('assigned'))
  })

  test.each(['refused', 'failed', 'succeeded'] as const)(
    'to delete what is gone is no failure where AWS says it %s',
    async (how) => {
      const { center, provider, slotOf } = await given()
      center.deletingAbsent = how
      expect(await provider.lower(slotOf(ANN), 'absent', order('assigned'))).toMatchObject({ ok: true })
      expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('absent'))
    },
  )

  test('another operation on it is under way: nothing is sent on, one is told to wait, and then it is done', async () => {
    const { cloud, center, provider, slotOf } = await given()
    cloud.setClock(() => 1_000_000)
    center.pace = { ms: 60_000, polls: 0 }
    await provider.raise(slotOf(ANN), 'assigned', order('absent', AbortSignal.timeout(150)))
    expect(center.operations).toHaveLength(1)
    const again = await provider.raise(slotOf(ANN), 'assigned', order('absent'))
    expect(again).toEqual({ ok: false, error: { kind: 'throttled', retryAfterSeconds: 1 } })
    expect(center.operations).toHaveLength(1)
    cloud.setClock(() => 1_060_000)
    center.pace = { ms: 0, polls: 0 }
    expect(await provider.raise(slotOf(ANN), 'assigned', order('absent'))).toMatchObject({ ok: true })
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('assigned'))
  })

  test('a creation that succeeds after our deadline is waited for by every read, is found, and is taken away', async () => {
    const { cloud, center, provider, slotOf, hands, admin } = await given()
    cloud.setClock(() => 1_000_000)
    center.pace = { ms: 60_000, polls: 0 }
    const late = await provider.raise(slotOf(ANN), 'assigned', order('absent', AbortSignal.timeout(150)))
    expect(late).toMatchObject(failedAs('unknown'))
    for (const each of [provider, open(cloud, center)])
      expect(await each.observe(slotOf(ANN))).toEqual({ ok: false, error: { kind: 'throttled', retryAfterSeconds: 1 } })
    cloud.setClock(() => 1_060_000)
    center.pace = { ms: 0, polls: 0 }
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('assigned'))
    expect(await provider.lower(slotOf(ANN), 'absent', order('assigned'))).toMatchObject({ ok: true })
    expect([await provider.observe(slotOf(ANN)), hands.isAssigned({ ...admin, user: ANN })]).toEqual([
      seenAs('absent'),
      false,
    ])
  })

  test('a deletion that is under way is not absence yet', async () => {
    const { cloud, center, provider, slotOf, hands, admin } = await given()
    hands.setAssignment({ ...admin, user: ANN }, true)
    cloud.setClock(() => 1_000_000)
    center.pace = { ms: 60_000, polls: 0 }
    const late = await provider.lower(slotOf(ANN), 'absent', order('assigned', AbortSignal.timeout(150)))
    expect(late).toMatchObject(failedAs('unknown'))
    expect(await provider.observe(slotOf(ANN))).toMatchObject(failedAs('throttled'))
    cloud.setClock(() => 1_060_000)
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('absent'))
  })

  test('what is under way for others keeps nobody waiting, and whose it is is asked once', async () => {
    const { cloud, center, provider, slotOf, asked } = await given({ pageSize: 1 })
    cloud.setClock(() => 1_000_000)
    center.pace = { ms: 60_000, polls: 0 }
    for (const slot of [slotOf(BOB), slotOf(ANN, 'Reader'), slotOf(ANN, 'Admin', OTHER)])
      await provider.raise(slot, 'assigned', order('absent', AbortSignal.timeout(150)))
    const before = asked('DescribeAccountAssignmentCreationStatus')
    for (let n = 0; n < 3; n++) expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('absent'))
    expect(asked('DescribeAccountAssignmentCreationStatus')).toBe(before + 3)
    expect(await provider.observe(slotOf(BOB))).toMatchObject(failedAs('throttled'))
  })
})

describe('an assignment of one’s own and what a group has are two things', () => {
  test('what a group has is not seen as the person’s, is given beside it, and stays', async () => {
    const { provider, slotOf, hands, admin } = await given()
    hands.setAssignment({ ...admin, group: 'ops' }, true)
    expect(await provider.observe(slotOf(BOB))).toEqual(seenAs('absent'))
    await provider.raise(slotOf(BOB), 'assigned', order('absent'))
    expect(await provider.observe(slotOf(BOB))).toEqual(seenAs('assigned'))
    await provider.lower(slotOf(BOB), 'absent', order('assigned'))
    expect([await provider.observe(slotOf(BOB)), hands.isAssigned({ ...admin, group: 'ops' })]).toEqual([
      seenAs('absent'),
      true,
    ])
    expect(hands.signIn(BOB, ACCOUNT, 'Admin').accessKeyId).not.toBe('')
  })

  test('the words for its absence do not promise that nobody gets in', async () => {
    const { provider } = await given()
    expect([provider.levelName('', 'absent'), provider.levelName('', 'assigned')]).toEqual([
      'without a direct assignment',
      'assigned',
    ])
  })

  test('one’s own is found among more than a page of others', async () => {
    const { provider, slotOf, hands, admin } = await given({ pageSize: 2 })
    for (let n = 0; n < 5; n++) hands.createUser(`user-${n}@acme.example`)
    for (let n = 0; n < 5; n++) hands.setAssignment({ ...admin, user: `user-${n}@acme.example` }, true)
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('absent'))
    hands.setAssignment({ ...admin, user: ANN }, true)
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('assigned'))
  })

  test('the same permission set in another account, and another one in the same, are others', async () => {
    const { provider, slotOf, hands } = await given()
    hands.setAssignment({ user: ANN, account: OTHER, permissionSet: 'Admin' }, true)
    hands.setAssignment({ user: ANN, account: ACCOUNT, permissionSet: 'Reader' }, true)
    expect(await provider.observe(slotOf(ANN))).toEqual(seenAs('absent'))
    expect(await provider.observe(slotOf(ANN, 'Reader'))).toEqual(seenAs('assigned'))
  })
})

describe('who and what is not there', () => {
  test('a person is found by today’s name, or by the id through a change of the name', async () => {
    const { center, provider, hands } = await given()
    const id = idOf(center, ANN)
    expect(await provider.resolveSubject({ login: ANN })).toEqual({ ok: true, value: { id, login: ANN } })
    hands.renameUser(ANN, 'sue@acme.example')
    expect(await provider.resolveSubject({ login: ANN })).toMatchObject(refusedAs('subject_unknown'))
    const renamed = { ok: true, value: { id, login: 'sue@acme.example' } }
    expect(await provider.resolveSubject({ login: ANN, id })).toEqual(renamed)
  })

  test('a person who was deleted gets nothing, in words', async () => {
    const { provider, slotOf, hands } = await given()
    const slot = slotOf(ANN)
    hands.deleteUser(ANN)
    expect(await provider.raise(slot, 'assigned', order('absent'))).toMatchObject(refusedAs('subject_unknown'))
    expect(await provider.observe(slot)).toEqual(seenAs('absent'))
  })

  test('the assignment of a person who was deleted is deleted', async () => {
    const { provider, slotOf, hands, admin, center } = await given()
    const slot = slotOf(ANN)
    hands.setAssignment({ ...admin, user: ANN }, true)
    hands.deleteUser(ANN)
    expect(await provider.observe(slot)).toEqual(seenAs('assigned'))
    expect(await provider.lower(slot, 'absent', order('assigned'))).toMatchObject({ ok: true })
    expect([await provider.observe(slot), center.assignments]).toEqual([seenAs('absent'), []])
  })

  test('where AWS cannot delete it because the person is gone, it is absence; where the person is there, it is not', async () => {
    const { provider, slotOf, hands, admin, center } = await given()
    const reason = 'Received a 404 status error: the USER assignee was not found in directory d-1234567890'
    for (const login of [ANN, BOB]) hands.setAssignment({ ...admin, user: login }, true)
    const [ann, bob] = [slotOf(ANN), slotOf(BOB)]
    hands.deleteUser(ANN)
    for (const slot of [ann, bob]) {
      center.failures.push(reason)
      expect(await provider.lower(slot, 'absent', order('assigned'))).toMatchObject(refusedAs('invalid'))
    }
    expect(await provider.observe(ann)).toEqual(seenAs('absent'))
    expect(await provider.observe(bob)).toEqual(seenAs('assigned'))
  })

  test('a permission set that was deleted has nobody in it, and is given to nobody', async () => {
    const { provider, slotOf, hands } = await given()
    const slot = slotOf(ANN)
    hands.deletePermissionSet('Admin')
    expect(await provider.observe(slot)).toEqual(seenAs('absent'))
    expect(await provider.raise(slot, 'assigned', order('absent'))).toMatchObject(refusedAs('target_unknown'))
    expect(await provider.lower(slot, 'absent', order('assigned'))).toMatchObject({ ok: true })
    expect(await provider.lingerSecondsOf({ slot: slot.name, level: 'assigned' })).toMatchObject(
      refusedAs('target_unknown'),
    )
  })

  test('a permission set that AWS lists and does not show us is no absence', async () => {
    const { cloud, provider, slotOf } = await given()
    cloud.faults.next(
      { operation: 'DescribePermissionSet' },
      { kind: 'refusal', code: 'ResourceNotFoundException', status: 400 },
    )
    expect(await provider.observe(slotOf(ANN))).toMatchObject(failedAs('unseen'))
  })

  test.each([
    ['InternalServerException', 'unknown'],
    ['ThrottlingException', 'throttled'],
    ['ValidationException', 'refused'],
  ])('%s with the status 400 of JSON services on a read is %s', async (code, kind) => {
    const { cloud, provider, slotOf } = await given()
    cloud.faults.next({ operation: 'ListAccountAssignments' }, { kind: 'refusal', code, status: 400 })
    expect(await provider.observe(slotOf(ANN))).toMatchObject(failedAs(kind))
  })

  test('an account that AWS does not show is no absence', async () => {
    const { provider, slotOf } = await given()
    expect(await provider.observe(slotOf(ANN, 'Admin', '000000000000'))).toMatchObject(failedAs('unseen'))
    const raised = await provider.raise(slotOf(ANN, 'Admin', '000000000000'), 'assigned', order('absent'))
    expect(raised).toMatchObject(refusedAs('target_unknown'))
  })

  test('an answer in another shape says nothing', () => {
    const whole = { AccountId: ACCOUNT, PermissionSetArn: 'a', PrincipalType: 'USER', PrincipalId: 'b' }
    expect(readAs(assignmentsPage, ok({ AccountAssignments: [whole] }))).toEqual({
      ok: true,
      value: { items: [whole], next: undefined },
    })
    const { PrincipalId: _, ...part } = whole
    for (const answer of [{ AccountAssignments: [part] }, { AccountAssignments: null }, undefined])
      expect(readAs(assignmentsPage, ok(answer))).toMatchObject(failedAs('unknown'))
  })
})

describe('what goes on after the end', () => {
  test.each([
    ['Admin', 8 * 3600],
    ['Reader', 3600],
  ])('a session of %s goes on for %d s', async (name, seconds) => {
    const { provider, slotOf } = await given()
    expect(await provider.lingerSecondsOf({ slot: slotOf(ANN, name).name, level: 'assigned' })).toEqual({
      ok: true,
      value: seconds,
    })
  })

  test.each([
    [undefined, 3600],
    ['PT1H30M', 5400],
    ['PT90M', 5400],
    ['PT3600S', 3600],
    ['P1D', 43_200],
    ['PT0S', 43_200],
    ['an hour', 43_200],
  ])('%s as a duration is %d s: what is not understood counts as the most', (duration, seconds) => {
    expect(sessionSecondsIn(duration)).toBe(seconds)
  })

  test('of a target of another kind nothing is said', async () => {
    const { provider } = await given()
    expect(provider.lingerSecondsOf({ slot: 'group:ops', level: 'member' })).toBeUndefined()
  })
})

describe('roles', () => {
  const allow = (...permissions: Permission[]) => ({ allow: permissions, deny: [] })
  const assigned = (...targets: string[]): Permission => ({ operations: ['permission_set:assigned'], targets })
  const ONE = `${ACCOUNT}/ps-0123456789abcdef`

  test('each target is an assignment, once', async () => {
    const { provider } = await given()
    const two = `${OTHER}/ps-0123456789abcdef`
    expect(provider.parseTargets(allow(assigned(ONE, two), assigned(ONE)))).toEqual({
      ok: true,
      value: [ONE, two].map((target) => ({ slot: `assignment:${target}`, level: 'assigned' })),
    })
  })

  test.each<[string, { allow: Permission[]; deny: Permission[] }, (string | number)[]]>([
    [
      'another operation',
      allow({ operations: ['permission_set:asigned'], targets: [ONE] }),
      ['allow', 0, 'operations', 0],
    ],
    ['no operation', allow({ operations: [], targets: [ONE] }), ['allow', 0, 'operations']],
    ['no target', allow(assigned()), ['allow', 0, 'targets']],
    ['a target of another form', allow(assigned(ONE, 'Admin')), ['allow', 0, 'targets', 1]],
    ['a deny', { allow: [assigned(ONE)], deny: [assigned(ONE)] }, ['deny']],
    ['conditions', allow({ ...assigned(ONE), conditions: {} }), ['allow', 0, 'conditions']],
  ])('%s is a problem, with its place', async (_, permissions, path) => {
    const { provider } = await given()
    const parsed = provider.parseTargets(permissions)
    expect(parsed.ok ? [] : parsed.error.map((problem) => problem.path)).toEqual([path])
  })
})

describe('a look at the instance', () => {
  async function found(it: Awaited<ReturnType<typeof given>>, slots: readonly Slot[]): Promise<readonly Finding[]> {
    const accounts = [ANN, BOB, 'sam@acme.example'].map((login) => ({ person: login, login }))
    const targets = slots.map(({ name }) => ({ slot: name, level: 'assigned' }))
    const all: Finding[] = []
    for await (const finding of it.provider.checkOnline({ targets, accounts, scopes: [] })) all.push(finding)
    return all
  }

  test('names what is there, what is not, long sessions, and who has it by a group', async () => {
    const it = await given()
    it.hands.setAssignment({ ...it.admin, group: 'ops' }, true)
    const findings = await found(it, [it.slotOf(ANN), it.slotOf(ANN, 'Reader', '000000000000')])
    expect(findings.map(({ kind, what }) => `${kind}: ${what.replaceAll(/ps-\w{16}/g, 'ps-1')}`)).toEqual([
      `fine: the instance ${it.center.instanceArn} is seen`,
      'note: the permission set Admin: sessions go on for up to 8 hours after the end',
      'fine: the permission set Reader is there',
      'wrong: the account 000000000000 is not there',
      `fine: ${ANN} as ${ANN} is in the identity store`,
      `note: ${BOB} as ${BOB} has ${ACCOUNT}/ps-1 by a group already: a grant adds nothing, and its end takes nothing`,
      'wrong: sam@acme.example as sam@acme.example: the identity store knows no such user',
    ])
  })

  test('a blind credential is one finding', async () => {
    const it = await given()
    it.cloud.faults.breakCredential('blind')
    expect((await found(it, [it.slotOf(ANN)])).map(({ kind }) => kind)).toEqual(['wrong', 'unchecked'])
  })
})

test('the instance is named by its id, and by another endpoint where there is one', async () => {
  const { center, provider, cloud } = await given()
  const id = center.instanceArn.split('/')[1]
  expect(provider.instance).toBe(`aws|sso|${id}|${new URL(cloud.url).host}`)
})
