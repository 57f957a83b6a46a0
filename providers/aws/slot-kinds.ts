import type { SlotKind } from './slot-kind.ts'

export const slotKinds: readonly SlotKind[] = []
