import type { Line } from './card.ts'
import type { GrantView, RequestView } from './request-view.ts'
import { clock, code, strong } from './words.ts'

/** Of an active grant: what the credential may do, and for its holder the line to copy. Nothing where the role has none. */
export function useLines(view: RequestView, { credentials }: GrantView, reader: 'channel' | 'holder'): readonly Line[] {
  if (view.entitlement === undefined) return []
  const end = credentials.endThemselves ? `${view.vendor} ends them by itself at the end` : 'taken back at the end'
  const what: Line = [`credentials: ${view.entitlement}; ${end}`]
  return reader === 'holder' ? [['Use it: ', code(`thand run ${view.id} -- <command>`)], what] : [what]
}

/** What may work after all is over, because nobody knows whether it was made. */
export function unknownLines({ vendor }: RequestView, { credentials }: GrantView): readonly Line[] {
  const { unknownUntil } = credentials
  if (unknownUntil === undefined) return []
  const words = `${vendor} did not say whether it made one more credential; nobody received it, and it works until `
  return [[words, clock(unknownUntil), ' at the latest']]
}

/** Whether all there is of it are credentials: then people have it, and are nothing. */
export function hasNoSlot(view: RequestView, grant: GrantView): boolean {
  return view.entitlement !== undefined && grant.slots.length === 0
}

/** What is still to be taken away are credentials alone. */
export function hasOnlyCredentialsLeft({ slots, credentials }: GrantView): boolean {
  return credentials.live > 0 && slots.every((slot) => slot.isBack)
}

/** After the end: what became of the credentials. `whose`: `Ann’s`, `your`. */
export function endedWords({ vendor, roleName, entitlement }: RequestView, grant: GrantView, whose: string): Line {
  const { made, expired } = grant.credentials
  if (entitlement === undefined) return ['nothing is left of it']
  if (made === 0) return ['no credential for ', strong(roleName), ' was taken']
  const how =
    expired === 0 ? ` are dead, checked at ${vendor}` : ` have run out by themselves; ${vendor} could not be asked`
  return [`${whose} credentials for `, strong(roleName), how]
}
