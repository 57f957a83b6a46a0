import { expect, test } from 'vitest'
import { githubEngine } from '../../providers/github/engine.ts'
import { APP_KEY } from '../support/github-app.ts'
import { brief, GOOD, load } from './load.ts'

const OPTIONS = { engines: [githubEngine], env: { GITHUB_TOKEN: 'canary-token-4f1c', APP_KEY } }
const WITH_APP = GOOD.replace(
  'config: { org: acme,',
  'config: { org: acme, app: { id: "7", private_key: "${env:APP_KEY}", installation_id: 70 },',
)
const role = (allow: string, yaml = WITH_APP) => yaml.replace('[{ operations: ["org:admin"] }]', allow)
const READ = '[{ operations: ["token:contents:read"], targets: [web] }]'

async function roleOf(allow: string) {
  const { config, text } = await load(role(allow), OPTIONS)
  expect(text).toBe('')
  return config?.roles[0]
}

test('a token alone has no slot; beside a membership it has both', async () => {
  const words = 'contents read on web'
  expect(await roleOf(READ)).toMatchObject({ targets: [], entitlement: { words } })
  const both =
    '[{ operations: ["team:member"], targets: [sre] }, { operations: ["token:contents:read"], targets: [web] }]'
  expect(await roleOf(both)).toMatchObject({ targets: [{ slot: 'team:acme/sre' }], entitlement: { words } })
  expect((await roleOf('[{ operations: ["org:admin"] }]'))?.entitlement).toBeUndefined()
})

test('what a token may do is part of what was approved', async () => {
  const hashes = await Promise.all([
    roleOf(READ),
    roleOf(READ.replace('web', 'api')),
    roleOf(READ.replace('read', 'write')),
    roleOf(READ.replace('contents', 'issues')),
  ])
  expect(new Set(hashes.map((each) => each?.hash)).size).toBe(4)
  expect((await roleOf(READ))?.hash).toBe(hashes[0]?.hash)
})

test.each([
  [READ.replace('contents', 'content'), WITH_APP, 'operations[0] -> token:contents:read'],
  [READ.replace('[web]', '[acme/web]'), WITH_APP, 'targets[0] -> web'],
  [READ.replace(', targets: [web]', ''), WITH_APP, 'targets'],
  [READ, GOOD, 'operations[0]'],
])('%s is a problem at its place', async (allow, yaml, place) => {
  const { problems, text } = await load(role(allow, yaml), OPTIONS)
  expect(problems.map(brief)).toEqual([expect.stringMatching(/^19:\d+ roles\.org-admin\.permissions\.allow\[0\]\./)])
  expect(problems.map(brief)[0]).toContain(place)
  if (yaml === GOOD) expect(text).toMatch(/app: \{ id, private_key, installation_id \}/)
})
