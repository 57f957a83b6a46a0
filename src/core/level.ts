/** The levels of a slot, lowest first; the first is always `absent`. A level is stored as text and compared by index. */
export type Levels = readonly ['absent', ...string[]]

/** Where a level stands. An unknown word is a bug or a foreign row: it throws, so that nothing is concluded from it. */
export function rankOf(levels: Levels, level: string): number {
  const rank = levels.indexOf(level)
  if (rank < 0) throw new Error(`unknown level ${JSON.stringify(level)}`)
  return rank
}

export function highestOf(levels: Levels, some: readonly string[]): string {
  return levels[Math.max(0, ...some.map((level) => rankOf(levels, level)))] ?? 'absent'
}

export function lowestOf(levels: Levels, first: string, second: string): string {
  return rankOf(levels, first) <= rankOf(levels, second) ? first : second
}

/** What a slot should be at: the highest of the prior and of the holdings that are granting or active (protocol, rule 5). */
export function wantedLevel(levels: Levels, prior: string, live: readonly string[]): string {
  return highestOf(levels, [prior, ...live])
}

/**
 * Rule 5: a level that neither the last observation nor an open attempt explains is somebody's. Above all of these it
 * becomes the prior; otherwise the prior is the lower of it and the prior.
 */
export function priorAfter(
  levels: Levels,
  prior: string,
  seen: { readonly level: string; readonly explainedBy: readonly string[] },
): string {
  if (seen.explainedBy.includes(seen.level)) return prior
  const above = rankOf(levels, seen.level) > rankOf(levels, highestOf(levels, seen.explainedBy))
  return above ? seen.level : lowestOf(levels, seen.level, prior)
}
