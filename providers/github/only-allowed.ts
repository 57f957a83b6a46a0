import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Permission, Permissions, Problem } from '../../src/ports/provider.ts'

/** A membership or a token has nothing that takes a part of it out again, and GitHub knows no conditions. */
export function parseAllowed({ allow, deny }: Permissions): Result<readonly Permission[], readonly Problem[]> {
  const denied = deny.length === 0 ? [] : [{ path: ['deny'], expected: 'no deny: GitHub has none; allow less instead' }]
  const conditional = allow.flatMap(({ conditions }, index): readonly Problem[] =>
    conditions === undefined
      ? []
      : [{ path: ['allow', index, 'conditions'], expected: 'no conditions: GitHub has none' }],
  )
  const problems = [...denied, ...conditional]
  return problems.length === 0 ? ok(allow) : fail(problems)
}

/** What was found wrong in the list of what is allowed, as a path into all permissions. */
export function inAllow<T>(parsed: Result<T, readonly Problem[]>): Result<T, readonly Problem[]> {
  if (parsed.ok) return parsed
  return fail(parsed.error.map((problem) => ({ ...problem, path: ['allow', ...problem.path] })))
}
