export type JsonRecord = Record<string, unknown>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {})
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const recordsOf = (value: unknown): JsonRecord[] => listOf(value).filter(isRecord)
export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** JSON when it is JSON, else the text itself. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
