/** How many of the calls had to wait for an answer before: those that are asked in the same moment count as one. */
export function followingOf(calls: readonly { readonly at: number }[], callMs: number): number {
  let steps = 0
  let answeredAt = Number.NEGATIVE_INFINITY
  for (const at of calls.map((call) => call.at).sort((a, b) => a - b)) {
    if (at < answeredAt) continue
    steps += 1
    answeredAt = at + callMs / 2
  }
  return steps
}
