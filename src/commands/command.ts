import type { RequestId } from '../core/ids.ts'

/** What a person asked for. A button, a reaction, a form and a typed line all become one of these. */
export type Command =
  | { readonly verb: 'request'; readonly role: string; readonly durationSeconds?: number; readonly reason: string }
  | { readonly verb: 'approve' | 'deny'; readonly id: RequestId; readonly comment: string }
  | { readonly verb: 'cancel' | 'end' | 'show'; readonly id: RequestId }
  | { readonly verb: 'extend'; readonly id: RequestId; readonly durationSeconds: number; readonly reason: string }
  | { readonly verb: 'mine' | 'pending' | 'devices' }
  /** `code`: of a device that waits to be confirmed. `device`: the id of one of theirs. */
  | { readonly verb: 'login'; readonly code: string }
  | { readonly verb: 'logout'; readonly device: string }
  | { readonly verb: 'explain'; readonly role: string; readonly durationSeconds?: number }
  | { readonly verb: 'roles'; readonly filter: string }
  | { readonly verb: 'help'; readonly word: string }
