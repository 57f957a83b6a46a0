export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const end = Date.now() + 30_000
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`waited 30 s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
