import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyPair } from '../doubles/aws/hands.ts'

/** A second opinion on AWS: moto's server, where it is installed. It looks at no signature, so any key does. */
export type Moto = { url: string; region: string; credentials: KeyPair; stop(): Promise<void> }

const program = 'moto_server'
const readySecondsMax = 60

export const motoIsMissing = `${program} is not installed here: what moto says of AWS was not compared`

export function isMotoInstalled(): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

export async function startMoto(): Promise<Moto> {
  const port = await freePort()
  const env = { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' }
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { env, stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, server)
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' }
  return { url, region: 'us-east-1', credentials, stop: () => stop(server) }
}

/** Ends this process and no other of its name. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < readySecondsMax * 4; tries++) {
    if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}`)
    const isReady = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    await sleep(250)
  }
  await stop(server)
  throw new Error(`${program} was not ready within ${readySecondsMax} s`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address !== null && typeof address === 'object' ? address.port : 0
}
