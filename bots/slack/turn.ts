export interface HttpAnswer {
  readonly status: number
  readonly body?: unknown
}

/** One delivery of Slack, and the one answer that it gets: whoever is first, the use case or the clock. */
export class Turn {
  readonly deliveryId: string
  readonly requestId: string
  readonly answered: Promise<HttpAnswer>
  readonly #carries: () => boolean
  #settle: ((answer: HttpAnswer) => void) | undefined

  /** `carries`: an answer with words would still arrive by the way that the delivery came. */
  constructor(deliveryId: string, requestId: string, carries: () => boolean = () => true) {
    this.deliveryId = deliveryId
    this.requestId = requestId
    this.#carries = carries
    this.answered = new Promise((settle) => {
      this.#settle = settle
    })
  }

  /** False when Slack was answered before, or cannot be any more: what is left to say goes another way. */
  answer(answer: HttpAnswer): boolean {
    const settle = this.#settle
    this.#settle = undefined
    settle?.(answer)
    return settle !== undefined && this.#carries()
  }
}

/** Signed by Slack, and yet not of a shape that we read. */
export class UnreadablePayload extends Error {}
