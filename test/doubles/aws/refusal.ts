/** AWS says no. Thrown from wherever it becomes clear, written in the words of the service's protocol at one place. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: string, status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.status = status
    this.headers = headers
  }
}

export function noSuchEntity(message: string): Refusal {
  return new Refusal('NoSuchEntity', 404, message)
}

export function malformedPolicy(message: string): Refusal {
  return new Refusal('MalformedPolicyDocument', 400, message)
}

export function invalid(message: string): Refusal {
  return new Refusal('ValidationError', 400, message)
}

export function accessDenied(message: string): Refusal {
  return new Refusal('AccessDenied', 403, message)
}
