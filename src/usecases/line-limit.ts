/** Typed lines a person and minute, in this process. */
export interface LineLimit {
  readonly perMinute: number
  /** Counts this one. */
  isOver(person: string): boolean
}

export function createLineLimit(perMinute: () => number, nowMs: () => number): LineLimit {
  const seen = new Map<string, number[]>()
  return {
    get perMinute() {
      return perMinute()
    },
    isOver(person) {
      const now = nowMs()
      const recent = (seen.get(person) ?? []).filter((at) => at > now - 60_000)
      recent.push(now)
      seen.set(person, recent)
      if (seen.size > 10_000) seen.clear()
      return recent.length > perMinute()
    },
  }
}
