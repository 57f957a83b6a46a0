import { expect, test } from 'vitest'
import type { Cautious, Provider } from '../../src/ports/provider.ts'
import { fakeEngine } from './fake-engine.ts'
import { GOOD, loaded } from './load.ts'

const words = 'allows everything in the organisation'

/** Wary of owners. */
const cautious: typeof fakeEngine = {
  ...fakeEngine,
  open: (key, config, deps): Provider & Cautious => ({
    ...fakeEngine.open(key, config, deps),
    cautionsOn: ({ allow }) =>
      allow.flatMap(({ operations }, index) =>
        operations.flatMap((operation, nth) =>
          operation === 'org:admin' ? [{ path: ['allow', index, 'operations', nth], words }] : [],
        ),
      ),
  }),
}

const found = async (yaml: string, engines = [cautious]) =>
  (await loaded(yaml, { engines })).cautions.map(({ role, place, ...rest }) => {
    return [role, place.replace(/^.*\//, ''), rest.words]
  })

test('what a role allows and hardly means is kept with its place, and is no problem', async () => {
  expect(await found(GOOD)).toEqual([['github:org-admin', 'thand.yaml:19:43', words]])
  expect(await found(GOOD.replace('org:admin', 'org:member'))).toEqual([])
  expect(await found(GOOD, [fakeEngine])).toEqual([])
})

test('of what is inherited the place is where it was written', async () => {
  const more = `roles:
  owner:
    inherits: [org-admin]
    providers: [github]
    permissions: { allow: [{ operations: ["org:member"] }] }
`
  expect(await found(GOOD.replace('roles:\n', more))).toEqual([
    ['github:owner', 'thand.yaml:23:43', words],
    ['github:org-admin', 'thand.yaml:23:43', words],
  ])
})
