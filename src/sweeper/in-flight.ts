/** What this process works on at the moment, by key, with the group that it counts for: a bulkhead. */
export class InFlight<K> {
  readonly #groups = new Map<K, string>()
  readonly #work = new Set<Promise<void>>()

  get size(): number {
    return this.#groups.size
  }

  keys(): readonly K[] {
    return [...this.#groups.keys()]
  }

  has(key: K): boolean {
    return this.#groups.has(key)
  }

  countOf(group: string): number {
    return [...this.#groups.values()].filter((each) => each === group).length
  }

  run(key: K, group: string, work: () => Promise<void>): void {
    this.#groups.set(key, group)
    const running = work().finally(() => {
      this.#groups.delete(key)
      this.#work.delete(running)
    })
    this.#work.add(running)
  }

  async settled(): Promise<void> {
    await Promise.allSettled([...this.#work])
  }
}
