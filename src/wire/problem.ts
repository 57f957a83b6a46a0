import * as z from 'zod'

/**
 * RFC 9457. `code` is a word for programs, `detail` what it is, `hint` what to do. `error` and `error_description` stand beside
 * them where an OAuth client looks (RFC 6749, section 5.2).
 */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
})
export type Problem = z.infer<typeof problem>
