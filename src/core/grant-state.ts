/**
 * The whole life of a grant. There is no state "failed": whatever may have been given is revoked,
 * and a revoke is retried for ever. `revoked` is final.
 */
export const GRANT_MOVES = {
  planned: ['granting', 'revoked'],
  granting: ['active', 'revoking'],
  active: ['revoking'],
  revoking: ['revoked'],
  revoked: [],
} as const satisfies Record<string, readonly string[]>

export type GrantState = keyof typeof GRANT_MOVES

export function mayMoveGrant(from: GrantState, to: GrantState): boolean {
  const targets: readonly GrantState[] = GRANT_MOVES[from]
  return targets.includes(to)
}
