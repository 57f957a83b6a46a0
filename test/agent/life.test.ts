import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { givenCredentialStage } from '../support/credential-stage.ts'
import { readWith } from '../support/github-app.ts'
import { confirmed } from '../support/logged-in.ts'
import type { Stage } from '../threats/b-stage.ts'
import { givenMachine, type Machine } from './machine.ts'

let stage: Stage
let ann: Machine
let bob: Machine
beforeAll(async () => {
  stage = await givenCredentialStage()
  ;[ann, bob] = await Promise.all(
    ['U0ANN', 'U0BOB'].map(async (user) => {
      const machine = givenMachine()
      await machine.login(stage.world.server.url, (code) => confirmed(stage.world, user, code))
      return machine
    }) as [Promise<Machine>, Promise<Machine>],
  )
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** Asks and waits: the running command, and the id that it said. */
async function asks(...words: readonly string[]) {
  const running = ann.start(['request', ...words])
  const id = await running.says(/req_[0-9a-z]{8}/)
  return { running, id }
}

test('a request waits until it is approved in chat and given; its holder lists and ends it, and nobody else', async () => {
  const { running, id } = await asks('github:org-admin', '30m', 'fix billing')
  await running.says(/waiting for Sam and Sue/)
  await stage.say('U0SAM', `approve ${id}`)
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 0 })
  expect(ended.out).toMatch(/Organisation owner at GitHub acme is yours until \d\d:\d\d/)
  expect(ended.out).toContain('Afterwards: Thand sets it back to member')
  expect((await ann.run('sessions')).out).toMatch(
    new RegExp(`^${id}  github:org-admin  active until .*org:acme = owner\\n$`),
  )
  expect((await ann.run('show', id)).out).toContain('fix billing')

  expect((await bob.run('sessions', '--json')).out).toBe('{\n  "sessions": []\n}\n')
  for (const words of [
    ['end', id],
    ['show', id],
    ['cancel', id],
    ['credentials', id],
    ['run', id, '--', 'env'],
  ])
    expect(await bob.run(...words), words.join(' ')).toMatchObject({ code: 1, out: '' })
  expect(await stage.grantOf(id)).toMatchObject({ state: 'active' })

  expect(await ann.run('end', id)).toMatchObject({ code: 0 })
  await stage.reach(id, 'revoked')
  expect((await ann.run('sessions')).out).toBe('You have nothing at the moment. Ask: thand request\n')
  const { sessions } = JSON.parse((await ann.run('sessions', '--all', '--json')).out)
  expect(sessions).toEqual([expect.objectContaining({ id, state: 'revoked', ended_how: 'ended_early' })])
})

test('a request that is denied ends the wait with 1, and says by whom', async () => {
  const { running, id } = await asks('github:team-sre', '30m')
  await stage.say('U0SUE', `deny ${id} not during the freeze`)
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.err).toContain('Denied')
})

test('Ctrl-C leaves the request open: it can be decided, or taken back', async () => {
  const { running, id } = await asks('github:team-sre', '20m')
  await running.says(/waiting for/)
  running.signal('SIGINT')
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.err).toContain(`${id} stays open. See it: thand show ${id}. Take it back: thand cancel ${id}\n`)
  expect(await stage.stateOf(id)).toBe('pending')
  expect(await ann.run('cancel', id)).toMatchObject({ code: 0 })
  expect(await stage.stateOf(id)).toBe('cancelled')
})

test('A14 no word of the command votes or logs a device in; the server refuses what is not in the command', async () => {
  const id = await stage.ask('U0ANN', 'github:team-sre 15m')
  for (const words of [['approve', id], ['deny', id], ['pending']])
    expect(await bob.run(...words)).toMatchObject({ code: 2 })
  expect(await stage.stateOf(id)).toBe('pending')
  await stage.say('U0ANN', `cancel ${id}`)
})

test('refusals are the words of chat, with a line that works here', async () => {
  const long = await ann.run('request', 'github:org-admin', '9h')
  expect(long).toMatchObject({ code: 1, out: '' })
  expect(long.err).toMatch(/^.*at most 4 hours.*\n.*thand request github:org-admin 4h.*\n$/)
  expect(long.err).not.toContain('/thand')
  const unknown = JSON.parse((await ann.run('request', 'github:org-admim', '30m', '--json')).out)
  expect(unknown).toEqual({
    code: 'role_unknown',
    message: expect.any(String),
    hint: expect.stringContaining('org-admin'),
  })
  expect(await ann.run('run', 'req_00000000', '--', 'env')).toMatchObject({
    code: 1,
    err: 'You have no req_00000000.\nYours: thand sessions --all\n',
  })
})

test('roles is a table or JSON, mine and show are cards drawn as text', async () => {
  expect((await ann.run('roles', 'member', 'of')).out).toMatch(
    /^github:team-sre {2}SRE team · at most 4 hours · .*\nAsk: /,
  )
  expect((await ann.run('roles', 'nonsense')).out).toMatch(/^There is no such role/)
  const { roles } = JSON.parse((await ann.run('roles', '--json')).out)
  const listed = { role: 'github:org-admin', default_duration_seconds: 1800, is_reason_required: false }
  expect(roles).toContainEqual(expect.objectContaining(listed))
  expect((await ann.run('mine')).out).toMatch(/^You hold nothing now\n.*Earlier\n/s)
  expect(JSON.parse((await ann.run('mine', '--json')).out)).toMatchObject({ card: { title: ['You hold nothing now'] } })
})

/** Prints what GitHub answers to the token of its own environment, then waits. */
const reader = () => `
  const headers = { authorization: 'Bearer ' + process.env.GH_TOKEN, 'user-agent': 'x', 'x-github-api-version': '2022-11-28' }
  fetch('${stage.github.url}/repos/acme/web/contents/README.md', { headers }).then(({ status }) => console.log('status', status, process.env.GH_TOKEN))
  setTimeout(() => {}, 60_000)`

test('B18 run: the token works in the child, and when the access ends the child ends and the token is dead', async () => {
  const asked = await ann.run('request', 'github:read-web', '30m', 'look at the build')
  expect(asked).toMatchObject({ code: 0 })
  const id = /req_[0-9a-z]{8}/.exec(asked.out)?.[0] ?? ''
  expect(asked.out).toContain(`Use it: thand run ${id} -- <command>\n`)
  const running = ann.start(['run', id, '--', process.execPath, '-e', reader()])
  const token = (await running.says(/status 200 \S+\n/)).trim().split(' ')[2] ?? ''
  expect(await readWith(stage.github, token)).toBe(200)
  expect(await ann.run('end', id)).toMatchObject({ code: 0 })
  const ended = await running.ended
  expect(ended).toMatchObject({
    code: 143,
    err: expect.stringContaining(`${id} has ended: the command is asked to stop.\n`),
  })
  await stage.reach(id, 'revoked')
  expect(await readWith(stage.github, token)).toBe(401)
  expect(await ann.run('run', id, '--', 'env')).toMatchObject({ code: 1, out: '' })
  expect(await ann.run('credentials', id)).toMatchObject({ code: 1, out: '' })
})

test('C11 a credential that was pulled is on stdout of who asked, and nowhere else on this machine', async () => {
  const asked = await ann.run('request', 'github:read-web', '20m', '--json')
  const { id } = JSON.parse(asked.out)
  const pulled = JSON.parse((await ann.run('credentials', id, '--format', 'json')).out)
  expect(await readWith(stage.github, pulled.environment.GH_TOKEN)).toBe(200)
  expect(await bob.run('credentials', id)).toMatchObject({ code: 1, out: '' })
  for (const file of readdirSync(ann.state))
    expect(readFileSync(path.join(ann.state, file), 'utf8')).not.toContain(pulled.environment.GH_TOKEN)
  const { host } = pulled.git
  const git = await ann.start(['git-credential', id, 'get'], { stdin: `protocol=https\nhost=${host}\n\n` }).ended
  const token = /^password=(.*)$/m.exec(git.out)?.[1] ?? ''
  expect(git.out).toMatch(/^username=x-access-token\npassword=\S+\npassword_expiry_utc=\d+\n$/)
  expect(await readWith(stage.github, token)).toBe(200)
  await ann.run('end', id)
  await stage.reach(id, 'revoked')
  expect(await readWith(stage.github, token)).toBe(401)
})
