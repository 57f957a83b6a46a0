/**
 * What an unexpected error says, for the log: no stack, and the innermost cause alone, since a failed query carries its
 * parameters in its own message.
 */
export function errorOf(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
  return inner instanceof Error ? inner.message : String(inner)
}
