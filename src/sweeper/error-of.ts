/** What an unexpected error says, for the log: its own words and no stack. */
export function errorOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
