import { afterEach, describe, expect, test } from 'vitest'
import { fail } from '../../src/core/result.ts'
import type { Wrapping } from '../../src/main.ts'
import type { Withdrawal } from '../../src/ports/credential-issuer.ts'
import type { Provider } from '../../src/ports/provider.ts'
import { watched } from '../campaign/watched-store.ts'
import { credentialsOf, givenCredentialStage, pull, pulled, storyOf } from '../support/credential-stage.ts'
import type { DeviceClient } from '../support/device-client.ts'
import { readWith } from '../support/github-app.ts'
import { givenDevice } from '../support/logged-in.ts'
import type { WorldOptions } from '../support/world.ts'
import { eventually, impatient, pause, type Stage } from './b-stage.ts'

const WITHDRAW = { method: 'DELETE', path: /^\/installation\/token$/ }
const ISSUE = { method: 'POST', path: /access_tokens$/ }

let stage: Stage
afterEach(async () => {
  const { slack, github } = stage.world
  const problems = [...slack.problems, ...github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

async function given(options: WorldOptions = {}): Promise<DeviceClient> {
  stage = await givenCredentialStage(options)
  return givenDevice(stage.world, 'U0ANN')
}

async function active(line: string): Promise<string> {
  const id = await stage.give('U0ANN', line)
  await stage.reach(id, 'active')
  return id
}

const living = () => Object.values(stage.github.state.tokens).filter(({ expiresAt }) => expiresAt > Date.now()).length
const stateOf = async (id: string) => (await stage.grantOf(id)).state
const shownOf = (id: string) =>
  [...stage.world.slack.messages.values()].map((each) => stage.world.text(each)).filter((text) => text.includes(id))

describe('B18: a session does not outlive its access', () => {
  test('B18: when the time is over the token fails, and only then "revoked" is said', async () => {
    const ann = await given()
    const id = await active('github:sre-and-web 30m')
    const token = await pulled(ann, id)
    expect(await readWith(stage.github, token)).toBe(200)
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(await readWith(stage.github, token)).toBe(401)
    const story = await storyOf(stage, id)
    expect(story.indexOf('grant_revoked')).toBeGreaterThan(story.indexOf('credential_withdrawn'))
  })

  test('B18: GitHub is down at the end: alarmed, never "revoked", and gone once it answers', async () => {
    const ann = await given({ wrapping: impatient({ overdueMs: 800 }) })
    const id = await active('github:sre-and-web 30m')
    const token = await pulled(ann, id)
    stage.github.faults.down = true
    await stage.expire(id)
    await eventually('the alarm', async () => (await stage.events(id)).includes('grant_overdue'))
    await pause(500)
    expect([await stateOf(id), living()]).toEqual(['revoking', 1])
    stage.github.faults.clear()
    await stage.reach(id, 'revoked')
    expect([await readWith(stage.github, token), living()]).toEqual([401, 0])
  })

  test('B18: only the withdrawal fails: the membership is gone, the card says what still works, and it is alarmed', async () => {
    const ann = await given({ wrapping: impatient({ overdueMs: 800 }) })
    const id = await active('github:sre-and-web 30m')
    await pulled(ann, id)
    stage.github.faults.next(WITHDRAW, { kind: 'status', status: 500 }, 1000)
    await stage.expire(id)
    await eventually('the team is left', async () => stage.github.state.teams['sre']?.['ann-acme'] === undefined)
    await eventually('the alarm', async () => (await stage.events(id)).includes('grant_overdue'))
    await eventually('the card', async () => /Credentials still work/.test(stage.cardText(id)))
    expect(stage.cardText(id)).toMatch(/no clear answer from GitHub/)
    expect([await stateOf(id), living()]).toEqual(['revoking', 1])
    stage.github.faults.clear()
    await stage.reach(id, 'revoked', 40_000)
    expect(living()).toBe(0)
  })

  test.each([
    ['its answer is lost', { kind: 'reset', apply: true }],
    ['it fails after it was done', { kind: 'status', status: 502, apply: true }],
    ['it is throttled', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
    ['it is forbidden', { kind: 'status', status: 403 }],
    ['it is a lie', { kind: 'lie' }],
  ] as const)('B18: the withdrawal: %s', async (_what, fault) => {
    const ann = await given()
    const id = await active('github:sre-and-web 30m')
    const token = await pulled(ann, id)
    stage.github.faults.next(WITHDRAW, fault)
    await ann.say(`end ${id}`)
    await stage.reach(id, 'revoked')
    expect([await readWith(stage.github, token), living(), stage.github.faults.waiting]).toEqual([401, 0, 0])
    expect(await credentialsOf(stage, id)).toMatchObject([{ state: 'dead', receipt: null }])
  })

  test('B18: a GitHub that refuses everybody has killed nothing', async () => {
    const ann = await given()
    const id = await stage.ask('U0ANN', 'github:read-web 30m')
    await stage.reach(id, 'active')
    await pulled(ann, id)
    stage.github.faults.unauthorized = true
    await ann.say(`end ${id}`)
    await eventually('a try', async () => (await credentialsOf(stage, id))[0]?.lastError !== null)
    expect([await stateOf(id), living()]).toEqual(['revoking', 1])
    stage.github.faults.clear()
    await stage.reach(id, 'revoked')
    expect(living()).toBe(0)
  })

  test('B18: what has run out by itself is seen dead, its receipt erased, and makes room', async () => {
    const ann = await given()
    const id = await active('github:sre-and-web 30m')
    await pulled(ann, id)
    for (const each of Object.values(stage.github.state.tokens)) each.expiresAt = Date.now() - 1
    await stage.sql`update credential set next_try_at = now(), works_until = now() where grant_id = ${id}`
    await eventually('dead', async () => (await credentialsOf(stage, id))[0]?.state === 'dead')
    expect([await credentialsOf(stage, id), await stateOf(id)]).toMatchObject([
      [{ receipt: null, keyId: null }],
      'active',
    ])
    await pulled(ann, id)
  })
})

describe('B18: the access ends while the credential is being made', () => {
  test('B18: it is handed to nobody and withdrawn at once', async () => {
    const ann = await given()
    const id = await active('github:sre-and-web 30m')
    stage.github.faults.next(ISSUE, { kind: 'delay', ms: 1_500 })
    const asked = pull(ann, id)
    await eventually('it is on its way', async () => (await credentialsOf(stage, id)).length === 1)
    await stage.say('U0SAM', `end ${id}`)
    const answer = await asked
    expect([answer.status, answer.body['code']]).toEqual([410, 'access_ended'])
    expect(answer.text).not.toMatch(/ghs_/)
    await stage.reach(id, 'revoked')
    expect([await credentialsOf(stage, id), living()]).toMatchObject([[{ state: 'dead' }], 0])
    const story = await storyOf(stage, id)
    expect(story.indexOf('grant_revoked')).toBeGreaterThan(story.indexOf('credential_withdrawn'))
  })

  test.each([
    ['lost', { kind: 'reset', apply: true }, 1],
    ['an error', { kind: 'status', status: 500 }, 0],
  ] as const)(
    'B18: the answer is %s: nobody has it, the card says until when it may work, and the end waits for nobody',
    async (_what, fault, made) => {
      const ann = await given()
      const id = await active('github:sre-and-web 30m')
      stage.github.faults.next(ISSUE, fault)
      const answer = await pull(ann, id)
      expect([answer.status, answer.body['code'], living()]).toEqual([503, 'credential_unavailable', made])
      const [row] = await credentialsOf(stage, id)
      expect(row).toMatchObject({ state: 'unknown', receipt: null })
      const until = row?.worksUntil instanceof Date ? row.worksUntil.getTime() - Date.now() : 0
      expect(until).toBeGreaterThan(3_600_000 - 30_000)
      expect(until).toBeLessThan(3_600_000 + 20_000)
      await eventually('the thread', async () => stage.thread(id).some((line) => /did not say whether/.test(line)))
      await ann.say(`end ${id}`)
      await stage.reach(id, 'revoked')
      await eventually('the card', async () =>
        /Ended .*nobody received it, and it works until/s.test(stage.cardText(id)),
      )
    },
  )

  test.each([
    ['refused', { kind: 'status', status: 422, message: 'no such repository' }, 409, 'credential_refused'],
    ['throttled', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 503, 'credential_unavailable'],
    ['forbidden', { kind: 'status', status: 403 }, 503, 'credential_unavailable'],
    ['unknown to it', { kind: 'status', status: 404 }, 503, 'credential_unavailable'],
  ] as const)(
    'B18: the making is %s: none was made, the person is told, and the next try works',
    async (_what, fault, status, code) => {
      const ann = await given()
      const id = await active('github:sre-and-web 30m')
      stage.github.faults.next(ISSUE, fault)
      const answer = await pull(ann, id)
      expect([answer.status, answer.body['code']]).toEqual([status, code])
      if (status === 503 && 'headers' in fault) expect(answer.headers.get('retry-after')).toBe('7')
      expect(await credentialsOf(stage, id)).toMatchObject([{ state: 'refused' }])
      await pulled(ann, id)
    },
  )
})

test('B24: the answer cannot be stored: it is handed to nobody, taken back with what is at hand, and the end does not wait', async () => {
  let isBroken = true
  const before = async (label: string) => {
    if (isBroken && label === 'credentials.issued') throw new Error('the connection is lost')
  }
  const ann = await given({ wrapping: { store: (store) => watched(store, { before }) } })
  const id = await stage.ask('U0ANN', 'github:read-web 30m')
  await stage.reach(id, 'active')
  const answer = await pull(ann, id)
  expect([answer.status, /ghs_/.test(answer.text), living()]).toEqual([503, false, 0])
  expect(await credentialsOf(stage, id)).toMatchObject([{ state: 'intended', receipt: null }])
  isBroken = false
  await stage.sql`update credential set answer_by = now() where grant_id = ${id}`
  await ann.say(`end ${id}`)
  await stage.reach(id, 'revoked')
  expect(await credentialsOf(stage, id)).toMatchObject([{ state: 'unknown' }])
})

test('B22: the provider left the configuration: never called, never "revoked" while it may work, and said when it cannot', async () => {
  const ann = await given({ wrapping: impatient({ overdueMs: 500 }) })
  const id = await stage.ask('U0ANN', 'github:read-web 30m')
  await stage.reach(id, 'active')
  await pulled(ann, id)
  await stage.restart((yaml) => yaml.replace('org: acme,', 'org: other,'))
  const calls = () => stage.github.journal.filter(({ path }) => path === '/installation/token').length
  await stage.say('U0ANN', `end ${id}`)
  await eventually('the alarm', async () => (await stage.events(id)).includes('grant_overdue'))
  expect([await stateOf(id), living(), calls()]).toEqual(['revoking', 1, 0])
  await stage.sql`update credential set works_until = now() - interval '61 seconds', next_try_at = now() where grant_id = ${id}`
  await stage.reach(id, 'revoked')
  expect(calls()).toBe(0)
  await eventually('the card', async () =>
    shownOf(id).some((text) => /run out by themselves; .* could not be asked/.test(text)),
  )
})

/** Of its credentials none can be taken back, for a reason of each one's own: how many were being tried at once, after as many refusals. */
function refusing(after: number): { readonly most: () => number; readonly wrapping: Wrapping } {
  const [tries, inFlight, most] = [{ n: 0 }, { n: 0 }, { n: 0 }]
  const withdraw = async () => {
    if (tries.n++ < after) return fail({ kind: 'refused', code: 'invalid', detail: 'not this one' })
    most.n = Math.max(most.n, ++inFlight.n)
    await pause(1_500)
    inFlight.n--
    return fail({ kind: 'refused', code: 'invalid', detail: 'not this one' })
  }
  return { most: () => most.n, wrapping: { provider: (real) => withdrawingBy(real, withdraw) } }
}

test('B16: what is refused of single credentials holds up no other of the same provider', async () => {
  const { most, wrapping } = refusing(3)
  const ann = await given({ wrapping })
  const id = await active('github:read-web 30m')
  for (const _ of [1, 2, 3]) await pulled(ann, id)
  await ann.say(`end ${id}`)
  await eventually('several at once', async () => most() > 1)
  expect(await stateOf(id)).toBe('revoking')
})

test('B18: an access ends while a give-back is being refused: its credential waits for no retry', async () => {
  const tries: boolean[] = []
  let answer = () => {}
  const told = new Promise<void>((resolve) => {
    answer = resolve
  })
  const withdraw = async ({ isGivenBack }: Withdrawal, real: () => Promise<unknown>) => {
    tries.push(isGivenBack)
    if (!isGivenBack) return real()
    await told
    return fail({ kind: 'refused', code: 'invalid', detail: 'no room' })
  }
  const ann = await given({ wrapping: { provider: (real) => withdrawingBy(real, withdraw) } })
  const id = await active('github:read-web 30m')
  const { body } = await pull(ann, id)
  // So often that it would be tried again half a minute later.
  await stage.sql`update credential set tries = 20 where grant_id = ${id}`
  await ann.call('DELETE', `/api/v1/sessions/${id}/credentials/${body['number']}`)
  await eventually('the give-back', async () => tries.length === 1)
  await ann.say(`end ${id}`)
  await stage.reach(id, 'revoking')
  answer()
  // The retry would come after 24 s at the earliest.
  await stage.reach(id, 'revoked', 20_000)
  expect(tries).toEqual([true, false])
})

type Withdraw = (order: Withdrawal, real: () => Promise<unknown>) => Promise<unknown>

/** A provider whose credentials are taken back in another way. */
function withdrawingBy(real: Provider, withdraw: Withdraw): Provider {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'withdraw') return value.bind(target)
      return (receipt: unknown, order: Withdrawal) =>
        withdraw(order, () => Reflect.apply(value, target, [receipt, order]))
    },
  })
}
