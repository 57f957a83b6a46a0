import postgres from 'postgres'

/** With all tables, once a run: a copy of it takes a tenth of what making them takes. */
export const TEMPLATE = 'thand_template'

/** Its address. */
export async function makeDatabase(
  server: string,
  { name, from }: { readonly name: string; readonly from?: string },
): Promise<string> {
  const url = new URL(server)
  const client = postgres(url.href, { max: 1, onnotice: () => undefined, fetch_types: false })
  await client.unsafe(`create database ${name} ${from === undefined ? '' : `template ${from} strategy file_copy`}`)
  await client.end()
  url.pathname = `/${name}`
  return url.href
}
