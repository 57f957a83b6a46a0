export interface HttpAnswer {
  readonly status: number
  readonly body?: unknown
}

/** One delivery of Slack, and the one HTTP answer that it gets: whoever is first, the use case or the clock. */
export class Turn {
  readonly deliveryId: string
  readonly requestId: string
  readonly answered: Promise<HttpAnswer>
  #settle: ((answer: HttpAnswer) => void) | undefined

  constructor(deliveryId: string, requestId: string) {
    this.deliveryId = deliveryId
    this.requestId = requestId
    this.answered = new Promise((settle) => {
      this.#settle = settle
    })
  }

  /** False when Slack was answered before: what is left to say goes another way. */
  answer(answer: HttpAnswer): boolean {
    const settle = this.#settle
    this.#settle = undefined
    settle?.(answer)
    return settle !== undefined
  }
}

/** Signed by Slack, and yet not of a shape that we read. */
export class UnreadablePayload extends Error {}
