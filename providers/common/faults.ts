import type { Fault, ProviderRefusal } from '../../src/ports/provider.ts'

/** The system says that something is not there. What it means depends on what was asked, so it never leaves the provider. */
export type Missing = { readonly kind: 'missing' }

export function refused(code: ProviderRefusal, detail: string): Fault {
  return { kind: 'refused', code, detail }
}

export function unauthorized(detail: string): Fault {
  return { kind: 'unauthorized', detail }
}

export function unseen(detail: string): Fault {
  return { kind: 'unseen', detail }
}

export function unknownFault(detail: string): Fault {
  return { kind: 'unknown', detail }
}
