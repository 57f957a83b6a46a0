import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { type PersonId, personIdOf, requestIdFrom } from '../../src/core/ids.ts'
import type { Role } from '../../src/core/role.ts'
import type { Settings } from '../../src/core/settings.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { askEverybody } from '../../src/sweeper/ask-again.ts'
import type { SweeperDeps } from '../../src/sweeper/deps.ts'
import { newStore } from '../support/databases.ts'

let store: Store
afterEach(() => store.close())

const NOBODY = { users: [], groups: [] }
const ROLE: Role = {
  key: 'one:some',
  provider: 'one',
  providerName: 'One',
  name: 'Some',
  description: '',
  isEnabled: true,
  targets: [],
  scopes: { allow: { ...NOBODY, domains: [] }, deny: { ...NOBODY, domains: [] } },
  workflow: undefined,
  maxDurationSeconds: 3600,
  minDurationSeconds: 60,
  defaultDurationSeconds: 600,
  reason: { isRequired: false, pattern: '' },
  hash: 'of the role',
}

const PEOPLE = Array.from({ length: 100 }, (_, n) => personIdOf(`p${String(n).padStart(2, '0')}@acme.example`))

/** A hundred people ask for something; all but the first are in the configuration, and the directory knows all of those. */
async function given(): Promise<{ readonly deps: SweeperDeps; readonly asked: PersonId[] }> {
  store = await newStore('postgres')
  const people = PEOPLE.slice(1).map((id) => ({ id, name: id, groups: [], accounts: {} }))
  const settings = { hash: 'of today', people, roles: [ROLE] } as unknown as Settings
  await store.transact(async (tx) => {
    await tx.loadConfiguration({ hash: settings.hash, content: {} })
    for (const requester of PEOPLE) {
      const id = requestIdFrom(randomBytes(5))
      const asked = { id, requester, role: ROLE, reason: '', durationSeconds: 600, platform: 'chat' }
      const event = { name: 'request_asked', actor: requester, subject: id } as const
      await tx.requests.insert({ ...asked, askedAt: tx.now, lapsesAt: tx.now + 600_000 }, event)
    }
  })
  const asked: PersonId[] = []
  const standingOf = async (person: PersonId) => {
    asked.push(person)
    return people.some(({ id }) => id === person) ? { kind: 'here' } : { kind: 'gone', why: 'not_known' }
  }
  const log = { warn: () => undefined }
  return { deps: { store, settings, directory: { standingOf }, log } as unknown as SweeperDeps, asked }
}

const pending = () => store.transact(async (tx) => (await tx.requests.pending()).map((each) => each.requester))

describe('A13: asking again', () => {
  test('one replica asks in a minute, about no more people than the platform bears; who is not named any more is out', async () => {
    const { deps, asked } = await given()
    await askEverybody(deps, false, () => true)
    // The minute may turn between the two rounds; in the same one, the second asks nobody.
    await askEverybody(deps, false, () => true)
    const known = asked.filter((person) => person !== PEOPLE[0])
    expect([40, 80]).toContain(known.length)
    expect(new Set(known).size).toBe(known.length)
    expect(asked[0]).toBe(PEOPLE[0])
    expect(await pending()).toHaveLength(99)
    expect(await pending()).not.toContain(PEOPLE[0])
  })

  test('whose configuration is not the last one ends nothing for who is missing in it', async () => {
    const { deps } = await given()
    await store.transact((tx) => tx.loadConfiguration({ hash: 'of a newer one', content: {} }))
    await askEverybody(deps, true, () => true)
    expect(await pending()).toContain(PEOPLE[0])
  })

  test('it stops when it is told to', async () => {
    const { deps, asked } = await given()
    await askEverybody(deps, true, () => asked.length < 3)
    expect(asked).toHaveLength(3)
  })
})
