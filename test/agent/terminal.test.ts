import { existsSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WireRole } from '../../src/wire/role.ts'
import { type AgentApi, cardOf, startAgentApi } from '../doubles/agent-api/start.ts'
import { givenSession } from './given-session.ts'
import { givenMachine, type Machine } from './machine.ts'

const ID = 'req_7k2mq9xd'
const ESCAPE = '\u001b'
const role: WireRole = {
  role: 'github:org-admin',
  name: 'Organisation owner',
  description: 'All of acme',
  provider: 'github',
  provider_name: 'GitHub acme',
  default_duration_seconds: 1800,
  max_duration_seconds: 14_400,
  is_reason_required: true,
}

let api: AgentApi
let machine: Machine
beforeAll(async () => {
  api = await startAgentApi()
  machine = givenMachine()
  await machine.login(api.url, (code) => api.confirm(code, 'Ann'))
})
afterAll(() => api.close())
beforeEach(() => {
  api.lines.splice(0)
  api.sessions.splice(0, api.sessions.length, givenSession({ state: 'pending' }))
  api.roles.splice(0, api.roles.length, role, { ...role, role: 'github:sre', name: 'SRE', is_reason_required: false })
  api.answerTo = () => cardOf('Asked: Organisation owner', ID)
})

/** What makes a terminal of a pipe; in every Linux, and not the same on other systems. */
describe.runIf(process.platform === 'linux' && existsSync('/usr/bin/script'))('at a terminal', () => {
  test('request without words asks: role by search, duration with the usual one filled in, reason', async () => {
    const sitting = machine.sit(['request'])
    await sitting.says(/What do you need\?/)
    sitting.type('owner')
    await sitting.says(/owner.*/)
    sitting.type('\r')
    await sitting.says(/For how long\? At most 4 hours\./)
    await sitting.says(/30m/)
    sitting.type('\r')
    await sitting.says(/Why\?/)
    sitting.type('\r')
    await sitting.says(/This role wants a reason/)
    sitting.type('fix billing\r')
    await sitting.says(/waiting for Sam and Sue · .* · Ctrl-C leaves the request open/)
    expect(api.lines).toEqual(['request github:org-admin 30m fix billing'])
    api.sessions.splice(0, 1, givenSession())
    expect(await sitting.ended).toMatchObject({ code: 0, out: expect.stringContaining('is yours until') })
  })

  test('a wizard that is left asks for nothing', async () => {
    const sitting = machine.sit(['request'])
    await sitting.says(/What do you need\?/)
    sitting.type('\u0003')
    expect(await sitting.ended).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was asked.') })
    expect(api.lines).toEqual([])
  })

  test('Ctrl-C during the wait leaves the request open', async () => {
    const sitting = machine.sit(['request', 'github:sre', '30m'])
    await sitting.says(/waiting for Sam and Sue/)
    sitting.type('\u0003')
    expect(await sitting.ended).toMatchObject({ code: 1, out: expect.stringContaining(`${ID} stays open.`) })
  })

  test('colour is for terminals, and for those who want it', async () => {
    const sitting = machine.sit(['request', 'github:sre', '30m', '--no-wait'])
    expect((await sitting.ended).out).toContain(`${ESCAPE}[1mAsked`)
    const plain = machine.sit(['request', 'github:sre', '30m', '--no-wait'], { NO_COLOR: '1' })
    expect((await plain.ended).out).not.toContain(`${ESCAPE}[1m`)
    const piped = await machine.run('request', 'github:sre', '30m', '--no-wait')
    expect(piped.out).not.toContain(ESCAPE)
  })

  test('Ctrl-C at run reaches the command once, and the command decides', async () => {
    api.sessions.splice(0, 1, givenSession())
    api.credentials.set(ID, { id: ID, number: 1, expires_at: '2030-01-01T00:00:00.000Z', environment: { A: 'b' } })
    const script =
      'let n = 0; process.on("SIGINT", () => { n += 1; setTimeout(() => { console.log("heard " + n); process.exit(4) }, 2000) }); console.log("up"); setTimeout(() => {}, 30000)'
    const sitting = machine.sit(['run', ID, '--', process.execPath, '-e', script])
    await sitting.says(/up/)
    sitting.type('\u0003')
    expect(await sitting.ended).toMatchObject({ code: 4, out: expect.stringContaining('heard 1') })
  })
})
