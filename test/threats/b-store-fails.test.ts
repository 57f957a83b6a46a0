import { afterEach, describe, expect, test } from 'vitest'
import type { Wrapping } from '../../src/main.ts'
import { watched } from '../campaign/watched-store.ts'
import { eventually, givenStage, type Stage, writesOf } from './b-stage.ts'

let stage: Stage
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

interface Failing {
  times: number
  struck: number
  readonly wrapping: Wrapping
}

/** The database fails a transaction in which `label` is called: before it is committed, or after, so that nobody hears of it. */
function failing(label: string, when: 'before' | 'after', times: number): Failing {
  const strike = () => {
    if (fault.times === 0) return
    fault.times--
    fault.struck++
    throw new Error(`the connection was lost ${when} the commit`)
  }
  const fault: Failing = {
    ...{ times, struck: 0 },
    wrapping: {
      store: (store) =>
        watched(store, {
          async before(each) {
            if (when === 'before' && each === label) strike()
          },
          committed(labels) {
            if (when === 'after' && labels.includes(label)) strike()
          },
        }),
    },
  }
  return fault
}

const outcomes = async () =>
  (await stage.sql`select direction, outcome, settled_at is not null as is_settled from attempt order by id`).map(
    (row) => `${row.direction} ${row.outcome} ${row.is_settled ? 'settled' : 'open'}`,
  )

const answers = async (id: string) => (await stage.events(id)).filter((name) => name === 'attempt_answered').length

describe('the database fails while the process lives on: nobody has to start it again', () => {
  test.each([
    ['before', 'slots.answered'],
    ['before', 'slots.release'],
    ['after', 'slots.answered'],
  ] as const)(
    '%s the commit of a write-back (%s), twice for the raise and twice for the lower',
    async (when, label) => {
      const fault = failing(label, when, 0)
      stage = await givenStage({ wrapping: fault.wrapping })
      const id = await stage.ask('U0ANN', 'github:team-sre 30m')
      fault.times = 2
      await stage.say('U0SAM', `approve ${id}`)
      await stage.reach(id, 'active')
      await stage.world.until('both faults', () => fault.struck === 2)
      fault.times = 2
      await stage.say('U0ANN', `end ${id}`)
      await stage.reach(id, 'revoked')
      await stage.world.until('all four faults', () => fault.struck === 4)
      expect(writesOf(stage.github)).toEqual(['PUT member ann-acme', 'DELETE ann-acme'])
      // On a machine so busy that a send comes too late it is dropped, and another one follows.
      const all = await outcomes()
      expect(all.filter((each) => !each.includes('dropped'))).toEqual(['raise done settled', 'lower done settled'])
      expect(await answers(id)).toBe(all.length)
    },
  )

  test('after the commit of an intent: it is said to be dropped, never sent, and another one follows', async () => {
    const fault = failing('slots.intend', 'after', 1)
    stage = await givenStage({ wrapping: fault.wrapping })
    const id = await stage.give('U0ANN', 'github:team-sre 30m')
    await stage.reach(id, 'active')
    fault.times = 1
    await stage.say('U0ANN', `end ${id}`)
    await stage.reach(id, 'revoked')
    expect(fault.struck).toBe(2)
    expect(writesOf(stage.github)).toEqual(['PUT member ann-acme', 'DELETE ann-acme'])
    const each = ['raise dropped settled', 'raise done settled', 'lower dropped settled', 'lower done settled']
    expect(await outcomes()).toEqual(each)
  })

  test('before the commit of an intent: there is none, and nothing was sent for it', async () => {
    const fault = failing('slots.intend', 'before', 2)
    stage = await givenStage({ wrapping: fault.wrapping })
    const id = await stage.give('U0ANN', 'github:team-sre 30m')
    await stage.reach(id, 'active')
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(fault.struck).toBe(2)
    expect(await outcomes()).toEqual(['raise done settled', 'lower done settled'])
    expect(writesOf(stage.github)).toHaveLength(2)
  })
})

test('a round that fails again and again asks the provider later and later, not as fast as it answers', async () => {
  const fault = failing('slots.save', 'before', 0)
  stage = await givenStage({ wrapping: fault.wrapping })
  const id = await stage.ask('U0ANN', 'github:team-sre 30m')
  fault.times = 4
  await stage.say('U0SAM', `approve ${id}`)
  await stage.world.until('the first', () => fault.struck >= 1)
  const first = performance.now()
  await stage.world.until('the fourth', () => fault.struck >= 4)
  expect(performance.now() - first).toBeGreaterThan(0.8 * (250 + 500 + 1000))
  await stage.reach(id, 'active')
})

describe('the outcome is never heard', () => {
  test('stopping waits for it a short while only, and the next process finishes', async () => {
    const fault = failing('slots.answered', 'before', 0)
    stage = await givenStage({ wrapping: fault.wrapping })
    const id = await stage.ask('U0ANN', 'github:team-sre 3s')
    fault.times = 10_000
    await stage.say('U0SAM', `approve ${id}`)
    await stage.world.until('tried again', () => fault.struck >= 2)
    const began = performance.now()
    await stage.world.server.stop()
    expect(performance.now() - began).toBeLessThan(6_000)
    expect(await outcomes()).toEqual(['raise null open'])
    fault.times = 0
    await stage.world.start()
    await stage.world.until('out of the team', () => stage.github.state.teams['sre']?.['ann-acme'] === undefined)
    // Nobody knows how that raise went: "revoked" waits until nothing of it can land any more.
    const mayLand = async () =>
      (await stage.sql`select 1 from attempt where outcome is null and lands_before > now()`).length === 1
    await eventually('its sender is known to be gone', mayLand)
    expect((await stage.grantOf(id)).state).toBe('revoking')
  })

  test('a stop cuts the wait between two tries, and what is heard then is stored', async () => {
    const fault = failing('slots.answered', 'before', 0)
    stage = await givenStage({ wrapping: fault.wrapping })
    const id = await stage.ask('U0ANN', 'github:team-sre 30m')
    fault.times = 10_000
    await stage.say('U0SAM', `approve ${id}`)
    await stage.world.until('waits for two seconds', () => fault.struck >= 5)
    fault.times = 1
    const began = performance.now()
    await stage.world.server.stop()
    expect(performance.now() - began).toBeLessThan(1_500)
    expect(await outcomes()).toEqual(['raise done open'])
    await stage.world.start()
    await stage.reach(id, 'active')
  })
})

/** A bug of a provider, or of what it is made of: the call is done, and ends in an exception. */
function throwing(method: 'raise' | 'observe', nth: number): Wrapping {
  let calls = 0
  const provider: Wrapping['provider'] = (real) =>
    new Proxy(real, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        if (name !== method) return value.bind(target)
        return async (...args: readonly unknown[]) => {
          const answer: unknown = await Reflect.apply(value, target, args)
          if (++calls === nth) throw new TypeError('cannot read properties of undefined')
          return answer
        }
      },
    })
  return { provider }
}

test.each([
  ['raise', 1, 'raise unknown settled'],
  ['observe', 2, 'raise done settled'],
] as const)('a provider throws (%s, call %i) after a write has left: it is still said how it went', async (...how) => {
  const [method, nth, said] = how
  stage = await givenStage({ wrapping: throwing(method, nth) })
  const id = await stage.give('U0ANN', 'github:team-sre 30m')
  await stage.reach(id, 'active')
  await stage.expire(id)
  await stage.reach(id, 'revoked')
  expect(await outcomes()).toEqual([said, 'lower done settled'])
  expect(writesOf(stage.github)).toEqual(['PUT member ann-acme', 'DELETE ann-acme'])
})
