import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { stringify } from 'yaml'
import { ACCESS, type TeamsTenant } from '../doubles/teams/tenant.ts'

const START_MAX_MS = 60_000

export interface PlaygroundOptions {
  readonly script: string
  readonly folder: string
  readonly port: number
  /** Where it sends what people say. */
  readonly endpoint: string
  readonly tenant: TeamsTenant
}

export interface Playground {
  readonly url: string
  close(): Promise<void>
}

/** It binds every interface of the machine, and has no setting against that: `run.ts` gives it a network of its own where it can. */
export async function startPlayground({
  script,
  folder,
  port,
  endpoint,
  tenant,
}: PlaygroundOptions): Promise<Playground> {
  writeFileSync(path.join(folder, '.m365agentsplayground.yml'), stringify(settingsOf(tenant)))
  const child = spawn(process.execPath, [script, 'start', '-p', String(port), '-e', endpoint, '--dt'], {
    cwd: folder,
    env: { ...process.env, BROWSER: 'none' },
    stdio: 'ignore',
  })
  process.once('exit', () => child.kill())
  const url = `http://localhost:${port}`
  const end = performance.now() + START_MAX_MS
  while (!(await answers(url))) {
    // What it has against its settings it says in no other way.
    if (child.exitCode !== null) throw new Error(`the playground ended with ${child.exitCode}`)
    if (performance.now() > end) throw new Error('the playground does not answer')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { url, close: () => stopped(child) }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/_debug/ping`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill()
  await gone
}

/** The product has to know its host before it is there. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The first is who sits before it. It wants five others at least. */
function settingsOf(tenant: TeamsTenant) {
  const [current, ...users] = Object.entries(tenant.people).map(([key, { name, address }]) => ({
    id: tenant.mri(key),
    name,
    userPrincipleName: address,
    aadObjectId: tenant.objectId(key),
    givenName: name,
    surname: 'Acme',
    email: address,
  }))
  return {
    version: '0.1.0',
    tenantId: tenant.tenant,
    bot: { id: `28:${tenant.appId}`, name: 'Thand' },
    currentUser: current,
    users,
    personalChat: { id: 'a:1-ann' },
    groupChat: { id: '19:incident@thread.v2', name: 'Incident' },
    team: {
      id: '19:team@thread.tacv2',
      name: 'acme',
      aadGroupId: '7ea30000-0000-4000-8000-0000000acce5',
      channels: [{ id: ACCESS, name: 'access' }],
    },
  }
}
