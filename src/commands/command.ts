import type { RequestId } from '../core/ids.ts'

/** What a person asked for. A button, a reaction, a form and a typed line all become one of these. */
export type Command =
  | { readonly verb: 'request'; readonly role: string; readonly durationSeconds?: number; readonly reason: string }
  | { readonly verb: 'approve' | 'deny'; readonly id: RequestId; readonly comment: string }
  | { readonly verb: 'cancel' | 'end' | 'show'; readonly id: RequestId }
  | { readonly verb: 'mine' | 'pending' }
  | { readonly verb: 'roles'; readonly filter: string }
  | { readonly verb: 'help'; readonly word: string }

/** Why a line is no command, with what the answer needs to say what would work. */
export type LineProblem =
  | { readonly code: 'unknown_word'; readonly word: string; readonly nearest: string | undefined }
  | { readonly code: 'role_missing' }
  | { readonly code: 'id_missing' | 'not_an_id'; readonly verb: string; readonly word: string }
  | { readonly code: 'not_a_duration' | 'duration_too_long'; readonly role: string; readonly word: string }
