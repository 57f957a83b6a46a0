import { z } from 'zod'
import { Secret } from '../../src/core/secret.ts'

const shape = z.strictObject({
  /** The role that it is a session of, by its name without its path. */
  role: z.string().min(1),
  /** `jit-req_7k2mq9xd-3` */
  session: z.string().min(1),
  keys: z.strictObject({
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1),
    sessionToken: z.string().min(1),
  }),
  /** The end in its policy, in ms. */
  endsAt: z.number(),
  /** AWS's own end of it, in ms: not before the one in the policy, unless the grant is longer than a session. */
  expiresAt: z.number(),
  /** It was let to ask about itself when it was made: only then does a denial say that it ended. */
  isAsked: z.boolean(),
})
export type SessionReceipt = z.infer<typeof shape>

/** All that ending it and reading it needs, in any process. */
export function sealReceipt(receipt: SessionReceipt): Secret {
  return new Secret(JSON.stringify(receipt))
}

/** Anything else is a bug or a foreign row: it throws. */
export function openReceipt(receipt: Secret): SessionReceipt {
  return shape.parse(JSON.parse(receipt.reveal()))
}
