import { nearestWord } from '../../src/core/nearest-word.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Target } from '../../src/core/target.ts'
import type { Permission, Problem, Provider, ProviderEngine } from '../../src/ports/provider.ts'

export interface FakeConfig {
  readonly org: string
  readonly token: Secret
}

const KEYS = ['org', 'token', 'api_url', 'invite']
const OPERATIONS = ['org:admin', 'org:member', 'team:member', 'team:maintainer']

const NO_DENY: Problem = { path: ['deny'], expected: 'no deny: GitHub has none' }

/** Reads a configuration as the real engine does, and opens a provider that can only parse targets. */
export const fakeEngine: ProviderEngine<FakeConfig> = {
  name: 'github',
  parseConfig,
  open: (_key, config) => {
    const never = () => Promise.reject(new Error('the configuration asks no provider'))
    const provider: Provider = {
      instance: `github:https://api.github.com/acme`,
      vendor: 'GitHub',
      timing: { settleMs: 0, readLagMs: 0 },
      mostAtOnce: 16,
      parseTargets: ({ allow, deny }) => (deny.length > 0 ? fail([NO_DENY]) : parseTargets(config.org, allow)),
      expiryOf: () => 'none',
      levels: () => ['absent', 'member', 'admin'],
      levelName: (_slot, level) => level,
      resolveSubject: never,
      observe: never,
      raise: never,
      lower: never,
    }
    return provider
  },
}

function parseConfig(raw: unknown): Result<FakeConfig, readonly Problem[]> {
  const given = new Map(Object.entries(raw as object))
  const problems: Problem[] = [...given.keys()].flatMap((key) => {
    const suggestion = nearestWord(key, KEYS)
    if (KEYS.includes(key)) return []
    return [{ path: [key], expected: `one of the keys ${KEYS.join(', ')}`, ...(suggestion && { suggestion }) }]
  })
  const org = given.get('org')
  const token = given.get('token')
  if (typeof org !== 'string') problems.push({ path: ['org'], expected: 'the name of an organisation' })
  // A careless engine that quotes what it was given: the report has to hold.
  if (token instanceof Secret && token.reveal().includes('malformed')) {
    problems.push({ path: ['token'], expected: `a token unlike ${token.reveal()}` })
  }
  if (problems.length > 0 || typeof org !== 'string') return fail(problems)
  return ok({ org, token: token instanceof Secret ? token : new Secret(String(token)) })
}

function parseTargets(org: string, permissions: readonly Permission[]): Result<readonly Target[], readonly Problem[]> {
  const problems: Problem[] = []
  const targets = permissions.flatMap((permission, index) =>
    permission.operations.flatMap((operation, nth) => {
      if (!OPERATIONS.includes(operation)) {
        const suggestion = nearestWord(operation, OPERATIONS)
        const path = ['allow', index, 'operations', nth]
        problems.push({ path, expected: `one of ${OPERATIONS.join(', ')}`, ...(suggestion && { suggestion }) })
      }
      const [kind, level = ''] = operation.split(':')
      if (kind === 'org') return [{ slot: `org:${org}`, level }]
      return permission.targets.map((target) => ({ slot: `team:${org}/${target}`, level }))
    }),
  )
  return problems.length > 0 ? fail(problems) : ok(targets)
}
