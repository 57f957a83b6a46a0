import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GithubOrganisation, startGithubOrganisation } from '../doubles/github/organisation.ts'
import { ACCESS, TeamsTenant } from '../doubles/teams/tenant.ts'
import { standardConfig } from '../support/standard-config.ts'
import { withTeams } from '../support/teams-world.ts'
import { TEAMS_PEOPLE } from '../support/world.ts'
import { runThand } from './run-thand.ts'

// Each starts processes of its own.

let folder: string
let tenant: TeamsTenant
let github: GithubOrganisation
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'thand-online-'))
  tenant = await new TeamsTenant({ people: TEAMS_PEOPLE }).start()
  const members = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const
  github = await startGithubOrganisation({ members, teams: { sre: {} }, scopes: ['admin:org'] })
})
afterAll(async () => {
  await Promise.all([tenant.close(), github.close()])
  rmSync(folder, { recursive: true, force: true })
})

function validated(env: Readonly<Record<string, string>> = {}, home = tenant.tenant) {
  const file = path.join(folder, 'thand.yaml')
  writeFileSync(file, withTeams(standardConfig(github), home, `teams:${ACCESS}`))
  const given = { ...tenant.env, GITHUB_TOKEN: github.token, ...env }
  return runThand(['validate', '--online', file], { env: given })
}

test('the secret and the keys are looked at, and nothing is sent to anybody', async () => {
  const { code: status, out: stdout } = await validated()
  expect(stdout).toContain('MicrosoftAppId and MicrosoftAppPassword are taken by the tenant')
  expect(stdout).toContain('one key is endorsed for Teams')
  expect(status).toBe(0)
  expect(tenant.messages).toEqual([])
})

test('a secret that is not taken', async () => {
  const { code: status, out: stdout } = await validated({ MicrosoftAppPassword: 'canary-wrong-secret' })
  expect(stdout).toMatch(/WRONG +teams: the token endpoint answered 401 · a new client secret/)
  expect(stdout).not.toContain('canary')
  expect(status).toBe(1)
})

test('a home that is not the tenant of the bot is refused before anything is asked', async () => {
  const { code: status, err: stderr } = await validated({}, '11111111-0000-4000-8000-000000000000')
  expect(stderr).toContain('the same tenant as in MicrosoftAppTenantId')
  expect(status).toBe(2)
})
