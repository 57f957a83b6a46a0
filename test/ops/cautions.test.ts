import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { GOOD } from '../config/load.ts'
import { givenProcess, type ServerProcess } from './given-process.ts'
import { runThand } from './run-thand.ts'

// Each starts a process of its own.

/** Nothing listens there: nobody asks AWS. */
const AWS = `  aws:
    provider: aws
    config:
      account: "111111111111"
      endpoint: "http://127.0.0.1:1"
      keys: { access_key_id: "\${env:GITHUB_TOKEN}", secret_access_key: "\${env:GITHUB_TOKEN}" }
      session: { role: ThandSession }
roles:
`
const ROLE = (key: string, operation: string) => `  ${key}:
    providers: [aws]
    permissions: { allow: [{ operations: ["${operation}"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
`
const withAws = (yaml: string) => yaml.replace('roles:\n', `${AWS}${ROLE('admin', '*')}${ROLE('read', 's3:GetObject')}`)

let server: ServerProcess | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

test('validate notes what a role allows that is hardly meant, where it is written, and finds nothing wrong', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'thand-cautions-'))
  const file = path.join(folder, 'thand.yaml')
  writeFileSync(file, withAws(GOOD))
  const { code, out, err } = await runThand(['validate', file], { env: { GITHUB_TOKEN: 'canary-token-4f1c' } })
  rmSync(folder, { recursive: true })
  expect([code, err]).toEqual([0, ''])
  const notes = out.split('\n').filter((line) => line.startsWith('Note: the role'))
  expect(notes).toEqual([
    expect.stringMatching(/^Note: the role aws:admin allows everything .*\(\S*thand\.yaml:25:43\)$/),
  ])
})

test('the server warns of each, when it starts and when it reads the files again', async () => {
  server = await givenProcess({ change: withAws })
  const cautions = () => server?.log('role_caution').map(({ level, role, words, place }) => [level, role, words, place])
  const warned = (role: string) => [
    'warn',
    role,
    expect.stringContaining('allows everything'),
    expect.stringMatching(/thand\.yaml:\d+:43$/),
  ]
  expect(cautions()).toEqual([warned('aws:admin')])
  await server.reload((yaml) => yaml.replace('roles:\n', `roles:\n${ROLE('other', '*')}`))
  expect(cautions()).toEqual([warned('aws:admin'), warned('aws:other'), warned('aws:admin')])
})
