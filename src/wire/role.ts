import * as z from 'zod'

/** What the person of this device can ask for. */
export const role = z.object({
  /** As it is asked for: `github:org-admin`. */
  role: z.string(),
  name: z.string(),
  description: z.string(),
  provider: z.string(),
  provider_name: z.string(),
  default_duration_seconds: z.number().int(),
  max_duration_seconds: z.number().int(),
  is_reason_required: z.boolean(),
})
export type WireRole = z.infer<typeof role>

export const roles = z.object({ roles: z.array(role) })

/** A word in the role, its name or its description. */
export const rolesQuery = z.strictObject({ filter: z.string().max(100).default('') })
