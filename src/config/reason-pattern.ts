import { RE2JS, RE2JSException } from 're2js'
import type { Role } from '../core/role.ts'

const LENGTH_MAX = 500

/** Whether the whole reason matches, in time linear in its length. An empty pattern takes any reason. */
export function reasonMatches(role: Pick<Role, 'reason'>, reason: string): boolean {
  const { pattern } = role.reason
  return pattern === '' || RE2JS.compile(pattern).matches(reason)
}

/** RE2 has neither backreferences nor lookaround, so nothing that it compiles can backtrack. https://github.com/google/re2/wiki/Syntax */
export function isReasonPattern(pattern: string): boolean {
  if (pattern.length > LENGTH_MAX) return false
  try {
    RE2JS.compile(pattern)
    return true
  } catch (error) {
    if (error instanceof RE2JSException) return false
    throw error
  }
}
