import { connect, createServer, type Socket } from 'node:net'

/** A wire to the database that can be cut and mended: open connections end, and new ones are refused. */
export interface Wire {
  readonly url: string
  cut(): void
  /** Everything that is open stays open, and nothing comes through any more, as where packets are dropped. New ones are the same until it is mended. */
  hush(): void
  mend(): Promise<void>
  close(): void
}

export async function wireTo(databaseUrl: string): Promise<Wire> {
  const { hostname, port } = new URL(databaseUrl)
  const ends = new Set<Socket>()
  let isHushed = false
  const server = createServer((near) => {
    if (isHushed) {
      ends.add(near)
      near.on('error', () => undefined)
      return
    }
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
  const hush = () => {
    isHushed = true
    for (const end of ends) {
      end.unpipe()
      end.pause()
    }
  }
  const mend = async () => {
    isHushed = false
    if (!server.listening) await listen(own)
  }
  return { url: url.href, cut, hush, mend, close: cut }
}
