import { z } from 'zod'
import { nearestWord } from '../../src/core/nearest-word.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Entitlement } from '../../src/core/role.ts'
import type { Permission, Problem } from '../../src/ports/provider.ts'
import type { GithubConfig } from './config.ts'
import { tokenPermissions } from './token-permissions.ts'

/** One token has one list of repositories, and one level of each permission. */
export interface TokenScope {
  readonly repositories: readonly string[]
  readonly permissions: Readonly<Record<string, string>>
}

/** GitHub takes at most so many in one token. */
const REPOSITORIES_MAX = 500
const REPOSITORY = /^(?!\.{1,2}$)[\w.-]{1,100}$/
const form = 'token:<permission>:<read|write>, such as token:contents:read'

export function isTokenOperation(operation: string): boolean {
  return operation === 'token' || operation.startsWith('token:')
}

/** What the `token:` operations of a role ask for; the others are slots. Paths point into the permissions. */
export function parseEntitlement(
  { org, app }: Pick<GithubConfig, 'org' | 'app'>,
  permissions: readonly Permission[],
): Result<Entitlement | undefined, readonly Problem[]> {
  const asked = permissions.flatMap((permission, index) =>
    permission.operations.some(isTokenOperation) ? [{ ...permission, index }] : [],
  )
  const [first, ...others] = asked
  if (first === undefined) return ok(undefined)
  const repositories = repositoriesIn(first.targets)
  const problems = [
    ...(app === undefined ? [appMissing(first)] : []),
    ...asked.flatMap((entry) => [...operationProblems(entry), ...targetProblems(entry, org)]),
    ...others.filter((entry) => !isSame(repositoriesIn(entry.targets), repositories)).map(otherRepositories),
  ]
  if (problems.length > 0) return fail(problems)
  const scope = { repositories, permissions: highestOfEach(asked.flatMap((entry) => entry.operations)) }
  return ok({ scope: JSON.stringify(scope), words: wordsOf(scope) })
}

const storedScope = z.strictObject({
  repositories: z.array(z.string().regex(REPOSITORY)).min(1),
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
})

/** As it was stored with the request. Anything else is a bug or a foreign row: it throws. */
export function readScope(scope: string): TokenScope {
  return storedScope.parse(JSON.parse(scope))
}

type Entry = Permission & { readonly index: number }

function operationProblems({ index, operations }: Entry): readonly Problem[] {
  return operations.flatMap((operation, nth): readonly Problem[] => {
    const path = [index, 'operations', nth]
    if (!isTokenOperation(operation))
      return [{ path, expected: 'token operations alone in an entry: its targets are repositories' }]
    const [, name = '', level = '', ...rest] = operation.split(':')
    const levels = tokenPermissions.get(name)
    if (rest.length > 0 || name === '') return [{ path, expected: form }]
    if (levels === undefined) return [unknownPermission(path, { name, level })]
    if (levels.includes(level)) return []
    return [{ path, expected: levels.map((each) => `token:${name}:${each}`).join(' or ') }]
  })
}

function unknownPermission(path: Problem['path'], { name, level }: { name: string; level: string }): Problem {
  const nearest = nearestWord(name, [...tokenPermissions.keys()])
  const levels = nearest === undefined ? [] : (tokenPermissions.get(nearest) ?? [])
  const meant = levels.includes(level) ? level : levels[0]
  return {
    path,
    expected: `a permission over repositories that GitHub gives to an App: ${[...tokenPermissions.keys()].join(', ')}`,
    ...(nearest !== undefined && { suggestion: `token:${nearest}:${meant}` }),
  }
}

function targetProblems({ index, targets }: Entry, org: string): readonly Problem[] {
  const path = [index, 'targets']
  const expected = 'the names of repositories: a token without any would reach them all'
  if (targets.length === 0) return [{ path, expected }]
  if (targets.length > REPOSITORIES_MAX) return [{ path, expected: `at most ${REPOSITORIES_MAX} repositories` }]
  return targets.flatMap((target, nth) => {
    if (REPOSITORY.test(target)) return []
    const [owner = '', name = ''] = target.split('/')
    const isOurs = owner.toLowerCase() === org.toLowerCase() && REPOSITORY.test(name)
    const words = `the name of a repository of ${org}, without its owner, such as web`
    return [{ path: [...path, nth], expected: words, ...(isOurs && { suggestion: name }) }]
  })
}

function appMissing({ index, operations }: Entry): Problem {
  const nth = operations.findIndex(isTokenOperation)
  const keys = 'app: { id, private_key, installation_id }'
  return { path: [index, 'operations', nth], expected: `${keys} in the provider's config: only an App makes tokens` }
}

function otherRepositories({ index }: Entry): Problem {
  return { path: [index, 'targets'], expected: 'the same repositories in each entry with tokens: a token has one list' }
}

function repositoriesIn(targets: readonly string[]): readonly string[] {
  return [...new Set(targets.map((target) => target.toLowerCase()))].sort()
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.join('\n') === others.join('\n')
}

function highestOfEach(operations: readonly string[]): TokenScope['permissions'] {
  const levels = new Map<string, string>()
  for (const operation of operations.toSorted()) {
    const [, name = '', level = ''] = operation.split(':')
    if (levels.get(name) !== 'write') levels.set(name, level)
  }
  return Object.fromEntries(levels)
}

function wordsOf({ permissions, repositories }: TokenScope): string {
  const rights = Object.entries(permissions).map(([name, level]) => `${name} ${level}`)
  return `${rights.join(', ')} on ${repositories.join(', ')}`
}
