/** Many measurements of one thing, in ms unless it says otherwise. */
export interface Spread {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  // The smallest value that so many are not above: of fewer than 100 the p99 is the highest.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) }
}
