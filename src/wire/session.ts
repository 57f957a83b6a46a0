import * as z from 'zod'

/**
 * A request and what became of it, as its requester's devices see it: one id names all of it. Times are ISO 8601, UTC. What is
 * asked is strict; answers may grow, and a client of before drops what it does not know.
 */
export const session = z.object({
  id: z.string(),
  provider: z.string(),
  provider_name: z.string(),
  /** As it is asked for: `github:org-admin`. */
  role: z.string(),
  role_name: z.string(),
  /** What is given, in words: `org:acme = owner`. */
  target: z.string(),
  state: z.enum(['pending', 'denied', 'cancelled', 'lapsed', 'planned', 'granting', 'active', 'revoking', 'revoked']),
  reason: z.string(),
  duration_seconds: z.number().int(),
  asked_at: z.iso.datetime(),
  lapses_at: z.iso.datetime().optional(),
  /** Names of those who may still decide. */
  decides: z.array(z.string()),
  approved_by: z.array(z.string()),
  started_at: z.iso.datetime().optional(),
  expires_at: z.iso.datetime().optional(),
  ended_at: z.iso.datetime().optional(),
  ended_how: z.enum(['expired', 'ended_early', 'failed', 'never_began']).optional(),
  /** How it ends, in words. */
  ends: z.string(),
  /** Whether `credentials` gives something; else the right is on the person's own account. */
  has_credentials: z.boolean(),
  /** The first line of its card: who has what until when. */
  title: z.string(),
})
export type Session = z.infer<typeof session>

export const sessions = z.object({ sessions: z.array(session) })

/** `all=true` lists also what has ended. */
export const sessionsQuery = z.strictObject({ all: z.enum(['true', 'false']).default('false') })
