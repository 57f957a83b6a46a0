import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { githubEngine } from '../../providers/github/engine.ts'
import { gitHostOf } from '../../providers/github/git-host.ts'
import { tokenPermissions } from '../../providers/github/token-permissions.ts'
import type { Logger } from '../../src/ports/log.ts'
import type { Permission } from '../../src/ports/provider.ts'
import type { FaultKind } from '../doubles/github/faults.ts'
import { startGithubOrganisation } from '../doubles/github/organisation.ts'
import { APP, APP_CONFIG, APP_KEY, REPOSITORIES, readWith } from '../support/github-app.ts'
import { expectValue } from './conformance.ts'
import { type IssueFault, type IssuerWorld, issuerConformance } from './issuer-conformance.ts'

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent }
const token = 'ghp_canaryCanaryCanary0123456789'

function open(raw: unknown) {
  return githubEngine.open('github', expectValue(githubEngine.parseConfig(raw)), { log: silent })
}

const FAULTS: Readonly<Record<IssueFault, FaultKind>> = {
  'answer-lost': { kind: 'reset', apply: true },
  'error-after-applying': { kind: 'status', status: 502, apply: true },
  error: { kind: 'status', status: 500 },
  throttled: { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
  'refused-credential': { kind: 'status', status: 401 },
  forbidden: { kind: 'status', status: 403, message: 'This installation has been suspended' },
  missing: { kind: 'status', status: 404 },
  invalid: { kind: 'status', status: 422, message: `no such repository for ${token}` },
  silence: { kind: 'hang' },
}

const CALLS = {
  issue: { method: 'POST', path: /access_tokens$/ },
  withdraw: { method: 'DELETE', path: /^\/installation\/token$/ },
  read: { method: 'GET', path: /^\/rate_limit$/ },
} as const

async function freshWorld(): Promise<IssuerWorld> {
  const github = await startGithubOrganisation({ token, app: APP, repositories: REPOSITORIES })
  const tokens = () => Object.keys(github.state.tokens)
  const made = new Set<string>()
  return {
    issuer: open({ org: 'acme', token, api_url: github.url, app: APP_CONFIG }),
    permissions: { allow: [{ operations: ['token:contents:read'], targets: ['web'] }], deny: [] },
    works: async ({ environment, git }) => {
      const text = environment['GH_TOKEN']?.reveal() ?? ''
      expect([environment['GITHUB_TOKEN']?.reveal(), git?.password.reveal()]).toEqual([text, text])
      return (await readWith(github, text)) === 200
    },
    reachesBeyond: async ({ environment }) =>
      (await readWith(github, environment['GH_TOKEN']?.reveal() ?? '', 'api')) === 200,
    living: () => Object.values(github.state.tokens).filter(({ expiresAt }) => expiresAt > Date.now()).length,
    expireAll: () => {
      for (const each of Object.values(github.state.tokens)) each.expiresAt = Date.now() - 1
    },
    next: (call, fault) => github.faults.next(CALLS[call], FAULTS[fault]),
    refuseEverybody: () => {
      github.faults.unauthorized = true
    },
    sent: (call) =>
      github.journal.filter(({ method, path }) => method === CALLS[call].method && CALLS[call].path.test(path)).length,
    canaries: () => {
      for (const each of tokens()) made.add(each)
      return [token, APP_KEY.slice(100, 160), ...made]
    },
    problems: () => github.problems,
    close: () => github.close(),
  }
}

issuerConformance('GitHub', freshWorld)

describe('the token operations of a role', () => {
  const config = { org: 'acme', token, app: APP_CONFIG }
  const parsed = (permissions: readonly Permission[], more: object = config) =>
    open(more).parseEntitlement({ allow: permissions, deny: [] })
  const asks = (operation: string, ...targets: string[]) => [{ operations: [operation], targets }]

  test('are one token: its repositories, and the highest level of each permission', () => {
    const permissions = [
      { operations: ['token:contents:read', 'token:contents:write'], targets: ['Web', 'api', 'web'] },
      { operations: ['token:issues:read'], targets: ['api', 'web'] },
      { operations: ['team:member'], targets: ['sre'] },
    ]
    const words = 'contents write, issues read on api, web'
    expect(parsed(permissions)).toMatchObject({ ok: true, value: { words } })
    expect(open(config).parseTargets({ allow: permissions, deny: [] })).toEqual({
      ok: true,
      value: [{ slot: 'team:acme/sre', level: 'member' }],
    })
  })

  test('the same role written in another order is the same', () => {
    const scopes = [
      [...asks('token:issues:read', 'b', 'a'), ...asks('token:contents:read', 'a', 'b')],
      [...asks('token:contents:read', 'a', 'b'), ...asks('token:issues:read', 'a', 'b')],
    ].map((each) => parsed(each))
    expect(scopes[0]).toEqual(scopes[1])
  })

  test.each([
    ['token:content:read', ['web'], ['operations', 0], 'token:contents:read'],
    ['token:pull_request:write', ['web'], ['operations', 0], 'token:pull_requests:write'],
    ['token:members:read', ['web'], ['operations', 0], undefined],
    ['token:contents:admin', ['web'], ['operations', 0], undefined],
    ['token:workflows:read', ['web'], ['operations', 0], undefined],
    ['token:contents', ['web'], ['operations', 0], undefined],
    ['token', ['web'], ['operations', 0], undefined],
    ['token:contents:read:more', ['web'], ['operations', 0], undefined],
    ['token:__proto__:read', ['web'], ['operations', 0], undefined],
    ['token:contents:read', [], ['targets'], undefined],
    ['token:contents:read', ['acme/web'], ['targets', 0], 'web'],
    ['token:contents:read', ['other/web'], ['targets', 0], undefined],
    ['token:contents:read', ['..'], ['targets', 0], undefined],
    ['token:contents:read', ['*'], ['targets', 0], undefined],
    ['token:contents:read', ['a b'], ['targets', 0], undefined],
  ])('%s on %j is a problem', (operation, targets, path, suggestion) => {
    const result = parsed(asks(operation, ...targets))
    const problem = { path: ['allow', 0, ...path], ...(suggestion && { suggestion }) }
    expect(result).toMatchObject({ ok: false, error: [problem] })
  })

  test('two lists of repositories, and slots in the same entry, are problems', () => {
    expect(parsed([...asks('token:contents:read', 'web'), ...asks('token:issues:read', 'api')])).toMatchObject({
      ok: false,
      error: [{ path: ['allow', 1, 'targets'] }],
    })
    expect(parsed([{ operations: ['team:member', 'token:issues:read'], targets: ['web'] }])).toMatchObject({
      ok: false,
      error: [{ path: ['allow', 0, 'operations', 0] }],
    })
  })

  test('without the App in the configuration they say what is missing', () => {
    expect(parsed(asks('token:contents:read', 'web'), { org: 'acme', token })).toMatchObject({
      ok: false,
      error: [
        {
          path: ['allow', 0, 'operations', 0],
          expected: expect.stringMatching(/app: \{ id, private_key, installation_id/),
        },
      ],
    })
  })

  test('know exactly what GitHub’s own description gives to repositories', () => {
    const file = new URL('../doubles/github/github.openapi.json', import.meta.url)
    const described = JSON.parse(readFileSync(file, 'utf8')).components.schemas['app-permissions'].properties
    for (const [name, levels] of tokenPermissions)
      expect([name, levels]).toEqual([name, described[name].enum.filter((level: string) => level !== 'admin')])
  })
})

test.each([
  ['https://api.github.com', 'github.com'],
  ['https://api.acme.ghe.com', 'acme.ghe.com'],
  ['https://git.acme.example/api/v3', 'git.acme.example'],
  ['http://127.0.0.1:4567', '127.0.0.1:4567'],
])('the git that belongs to %s is at %s', (apiUrl, host) => expect(gitHostOf(apiUrl)).toBe(host))
