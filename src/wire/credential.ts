import * as z from 'zod'

/** Secret: shown once, to the holder's device, and stored nowhere in this form. */
export const credential = z.object({
  id: z.string(),
  /** Which of the session's credentials it is, to give it back. */
  number: z.number().int(),
  /** When it stops working by itself at the latest; it is withdrawn at the end of the access anyway. */
  expires_at: z.iso.datetime(),
  /** For a child process. */
  environment: z.record(z.string(), z.string()),
  /** Where a browser can be signed in with it. */
  console: z.object({ federation: z.url(), destination: z.url() }).optional(),
  /** For git over https, where the credential serves there. */
  git: z.object({ host: z.string(), username: z.string(), password: z.string() }).optional(),
})
export type Credential = z.infer<typeof credential>
