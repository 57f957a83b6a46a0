const FIRST_MS = 250
const LONGEST_MS = 30_000
const JITTER = 0.2
const RETRY_AFTER_MAX_SECONDS = 300

/**
 * How long to wait before try `n` (from 0): 250 ms doubling to at most 30 s, spread by 20 %; there is no last try.
 * `random` is in [0, 1). A vendor's Retry-After is honoured up to 5 minutes.
 */
export function retryDelayMs(n: number, random: number, retryAfterSeconds?: number): number {
  const doubled = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(n, 16))
  const spread = Math.min(LONGEST_MS, Math.round(doubled * (1 - JITTER + 2 * JITTER * random)))
  const asked = Math.min(RETRY_AFTER_MAX_SECONDS, Math.max(0, retryAfterSeconds ?? 0)) * 1000
  return Math.max(spread, asked)
}
