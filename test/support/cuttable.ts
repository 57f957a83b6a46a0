import { connect, createServer, type Socket } from 'node:net'

/** A wire to the database that can be cut and mended: open connections end, and new ones are refused. */
export interface Wire {
  readonly url: string
  cut(): void
  mend(): Promise<void>
  close(): void
}

export async function wireTo(databaseUrl: string): Promise<Wire> {
  const { hostname, port } = new URL(databaseUrl)
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        ends.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  const listen = (on: number) => new Promise<void>((resolve) => server.listen(on, '127.0.0.1', resolve))
  await listen(0)
  const address = server.address()
  const own = typeof address === 'object' && address !== null ? address.port : 0
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(own)
  const cut = () => {
    server.close()
    for (const end of ends) end.destroy()
  }
  return { url: url.href, cut, mend: () => (server.listening ? Promise.resolve() : listen(own)), close: cut }
}
