import type { Secret } from '../core/secret.ts'

/** What is kept unreadable at rest. `about` is bound to it: what was sealed about one thing opens about no other. */
export interface Sealing {
  seal(secret: Secret, about: string): Sealed
  /** Undefined when the key is not there any more, or when it is not what was sealed. */
  open(sealed: Sealed, about: string): Secret | undefined
}

export interface Sealed {
  /** Names the key without telling anything of it. */
  readonly keyId: string
  readonly text: string
}
