import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandOf } from '../support/built.ts'
import { standardConfig } from '../support/standard-config.ts'

let folder: string
const started: ChildProcess[] = []
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'thand-directory-'))
  // Nobody is at that address, and nobody is asked: this is about who has the database.
  writeFileSync(path.join(folder, 'thand.yaml'), standardConfig({ url: 'http://127.0.0.1:1' }))
})
afterAll(async () => {
  await Promise.all(started.map((child) => kill(child)))
  rmSync(folder, { recursive: true, force: true })
})

interface Server {
  readonly process: ChildProcess
  /** Its address when it is ready, its exit code when it ended before. */
  readonly came: Promise<string | number | null>
  said(): string
}

/** `thand server` as people start it, on the embedded database of the folder. */
function server(): Server {
  const env = {
    PATH: process.env['PATH'] ?? '',
    THAND_DATA_DIR: path.join(folder, 'data'),
    PORT: '0',
    GITHUB_TOKEN: 'ghp_test',
    SLACK_BOT_TOKEN: 'xoxb-test',
    SLACK_SIGNING_SECRET: 'nobody-signs',
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
  }
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  const child = spawn(process.execPath, [...commandOf('thand'), 'server'], { cwd: folder, env, stdio })
  started.push(child)
  let out = ''
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => (err += chunk))
  const came = new Promise<string | number | null>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk
      const url = /"url":"([^"]+)".*"server_ready"/.exec(out)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.once('close', (code) => resolve(code))
  })
  return { process: child, came, said: () => err }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

const isHealthy = async (url: unknown) => (await fetch(`${url}/healthz`)).status === 200

test('B27: two on one embedded database: the second ends 2 and names the first; after kill -9 the next one starts', async () => {
  const first = server()
  const url = await first.came
  expect(url).toMatch(/^http:/)

  const second = server()
  expect(await second.came).toBe(2)
  expect(second.said()).toContain(`is in use by process ${first.process.pid}:`)
  expect(second.said()).toContain(path.join(folder, 'data'))
  expect(await isHealthy(url)).toBe(true)
  expect(readFileSync(path.join(folder, 'data', 'process'), 'utf8').trim()).toBe(String(first.process.pid))

  await kill(first.process)
  const third = server()
  const again = await third.came
  expect(again).toMatch(/^http:/)
  expect(await isHealthy(again)).toBe(true)
  const fourth = server()
  expect(await fourth.came).toBe(2)
  expect(fourth.said()).toContain(`is in use by process ${third.process.pid}:`)
})
