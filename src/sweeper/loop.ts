const SHORTEST_SLEEP_MS = 5

/** One pass at a time; a wake during a pass makes another one follow at once. */
export class Loop {
  readonly #pass: () => Promise<number>
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isWoken = false
  #isOn = false

  /** `pass` answers how long there is nothing to do, in ms, and does not throw. */
  constructor(pass: () => Promise<number>) {
    this.#pass = pass
  }

  start(): void {
    this.#isOn = true
    this.wake()
  }

  wake(): void {
    this.#isWoken = true
    if (this.#isOn && this.#running === undefined) this.#run()
  }

  async stop(): Promise<void> {
    this.#isOn = false
    clearTimeout(this.#timer)
    await this.#running
  }

  #run(): void {
    clearTimeout(this.#timer)
    this.#running = this.#round().finally(() => {
      this.#running = undefined
    })
  }

  async #round(): Promise<void> {
    this.#isWoken = false
    const sleepMs = await this.#pass()
    if (!this.#isOn) return
    // Through a timer also when there is more at once: an embedded database answers without leaving this thread.
    this.#timer = setTimeout(() => this.wake(), this.#isWoken ? 0 : Math.max(SHORTEST_SLEEP_MS, sleepMs))
  }
}
