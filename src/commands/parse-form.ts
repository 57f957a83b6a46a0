import { parseRequestId, type RequestId } from '../core/ids.ts'

/** Which form a button or a command asked for: `request`, or `deny <id>` and `extend <id>` about one that is there. */
export type FormAsked = { readonly form: 'request' } | { readonly form: 'deny' | 'extend'; readonly id: RequestId }

export function parseForm(asked: string): FormAsked | undefined {
  if (asked === 'request') return { form: 'request' }
  const form = (['deny', 'extend'] as const).find((each) => asked.startsWith(`${each} `))
  const id = namedIn(asked)
  return form === undefined || id === undefined ? undefined : { form, id }
}

/** The request that a line or a form is about: whatever is about one names it in its second word. */
export function namedIn(text: string): RequestId | undefined {
  const id = parseRequestId(text.trim().split(/\s+/)[1] ?? '')
  return id.ok ? id.value : undefined
}
