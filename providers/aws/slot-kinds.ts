import { attachedPolicySlot } from './attached-policy-slot.ts'
import { groupSlot } from './group-slot.ts'
import { inlineSlot } from './inline-slot.ts'
import type { SlotKind } from './slot-kind.ts'

/** What a user of IAM can be given, apart from sessions. */
export const slotKinds: readonly SlotKind[] = [groupSlot, attachedPolicySlot, inlineSlot]
