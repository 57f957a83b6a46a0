/** The whole life of a request (design: states). The database holds the same pairs behind a foreign key. */
export const REQUEST_MOVES = {
  pending: ['approved', 'denied', 'cancelled', 'lapsed'],
  approved: [],
  denied: [],
  cancelled: [],
  lapsed: [],
} as const satisfies Record<string, readonly string[]>

export type RequestState = keyof typeof REQUEST_MOVES

export function mayMoveRequest(from: RequestState, to: RequestState): boolean {
  const targets: readonly RequestState[] = REQUEST_MOVES[from]
  return targets.includes(to)
}
