import { createHash } from 'node:crypto'
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import path from 'node:path'
import { fail, ok, type Result } from '../core/result.ts'

export interface DirectoryInUse {
  readonly code: 'directory_in_use'
  readonly directory: string
  /** Of the process that has it, as far as it wrote it down. */
  readonly pid: string
}

/**
 * A lock that the kernel frees when its holder dies, so that nothing stale is left: an abstract socket on Linux, a named
 * pipe on Windows. Two processes on one embedded database would corrupt it silently.
 */
export async function lockDirectory(directory: string): Promise<Result<() => void, DirectoryInUse>> {
  const real = realpathSync(directory)
  const name = `thand-${createHash('sha256').update(real).digest('hex').slice(0, 32)}`
  const note = path.join(real, 'process')
  const server = createServer((socket) => socket.destroy())
  const isOurs = await listens(server, process.platform === 'linux' ? `\0${name}` : path.join(real, 'lock'))
  if (!isOurs) return fail({ code: 'directory_in_use', directory: real, pid: readNote(note) })
  server.unref()
  writeFileSync(note, `${process.pid}\n`, { mode: 0o600 })
  return ok(() => server.close())
}

function listens(server: Server, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    server.listen(name, () => resolve(true))
  })
}

function readNote(note: string): string {
  try {
    return readFileSync(note, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
