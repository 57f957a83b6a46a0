/** What a receipt is sealed about: so that it opens beside no other row. */
export function aboutCredential({ id }: { readonly id: number }): string {
  return `credential:${id}`
}
