import type { Spread } from './spread.ts'

/** A row of the page. */
export interface Line {
  readonly what: string
  readonly count: number
  readonly found: string
  readonly floor: string
  readonly target: string
  readonly isMet: boolean
  /** Said where the target is missed. */
  readonly why: string
}

export function both({ p50, p99 }: Spread): string {
  return `p50 ${round(p50)}, p99 ${round(p99)}`
}

export function round(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value))
}
