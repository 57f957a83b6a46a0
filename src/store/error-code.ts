/** SQLSTATE, or the driver's own code, of an error that came through Drizzle. */
export function codeOf(error: unknown): string | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    if ('code' in each && typeof each.code === 'string') return each.code
  }
  return undefined
}
