import type { RequestId } from '../core/ids.ts'

/** What a person asked for. A button, a reaction, a form and a typed line all become one of these. */
export type Command =
  | { readonly verb: 'request'; readonly role: string; readonly durationSeconds?: number; readonly reason: string }
  | { readonly verb: 'approve' | 'deny'; readonly id: RequestId; readonly comment: string }
  | { readonly verb: 'cancel' | 'end' | 'show'; readonly id: RequestId }
  | { readonly verb: 'mine' | 'pending' }
  | { readonly verb: 'roles'; readonly filter: string }
  | { readonly verb: 'help'; readonly word: string }
