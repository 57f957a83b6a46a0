import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Credential } from '../../src/wire/credential.ts'
import { type AwsStage, givenAwsStage, ID } from './aws-stage.ts'
import { givenSession } from './given-session.ts'

const CHILD = path.join(import.meta.dirname, 'aws-child.mjs')
let stage: AwsStage
let runtime: string
let config: string
beforeAll(async () => {
  stage = await givenAwsStage()
  runtime = path.join(stage.machine.home, 'runtime')
  mkdirSync(runtime, { mode: 0o700 })
  config = path.join(stage.machine.home, '.aws', 'config')
})
afterAll(() => stage.close())
beforeEach(async () => {
  stage.lasts({})
  for (const file of keptFiles()) writeFileSync(file, '')
})

const thand = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  stage.machine.start(args, { env: { ...stage.env, XDG_RUNTIME_DIR: runtime, ...env } }).ended
const pull = (env?: Readonly<Record<string, string>>) => thand(['credentials', ID, '--format', 'aws'], env)
const keptFiles = (folder = path.join(runtime, 'thand')) =>
  statSync(folder, { throwIfNoEntry: false }) === undefined
    ? []
    : readdirSync(folder).flatMap((name) => (name === 'lock' ? [] : [path.join(folder, name)]))
const pulls = () => stage.api.calls.filter((call) => call === `POST /sessions/${ID}/credentials`).length

test('credentials --format aws: what a credential_process prints and nothing else; one credential for as long as it works', async () => {
  const [first, second] = [await pull(), await pull()]
  const { expires_at, environment = {} }: Partial<Credential> = stage.given[0] ?? {}
  expect(JSON.parse(first.out)).toEqual({
    Version: 1,
    AccessKeyId: environment['AWS_ACCESS_KEY_ID'],
    SecretAccessKey: environment['AWS_SECRET_ACCESS_KEY'],
    SessionToken: environment['AWS_SESSION_TOKEN'],
    Expiration: expires_at,
  })
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(second).toEqual(first)
  expect(pulls()).toBe(1)
  const [file = ''] = keptFiles()
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700])
})

test('many at a time pull one', async () => {
  const outs = (await Promise.all([1, 2, 3, 4].map(() => pull()))).map(({ out }) => out)
  expect(new Set(outs).size).toBe(1)
  expect(pulls()).toBe(1)
})

test('shortly before its end there is a new one, where the access lasts longer', async () => {
  stage.lasts({ credential: 30 })
  const first = await pull()
  stage.lasts({ credential: 600 })
  expect((await pull()).out).not.toBe(first.out)
  stage.lasts({ credential: 30, access: 30 })
  await pull()
  expect((await pull()).code).toBe(0)
})

test('without a runtime folder that is ours alone it lies in the state folder; a link there is not followed', async () => {
  const open = path.join(stage.machine.home, 'open')
  mkdirSync(open, { recursive: true })
  chmodSync(open, 0o755)
  await pull({ XDG_RUNTIME_DIR: open })
  expect(readdirSync(open)).toEqual([])
  const [file = ''] = keptFiles(path.join(stage.machine.state, 'kept'))
  const elsewhere = path.join(stage.machine.home, 'elsewhere')
  writeFileSync(elsewhere, readFileSync(file), { mode: 0o600 })
  rmSync(file)
  symlinkSync(elsewhere, file)
  const before = readFileSync(elsewhere, 'utf8')
  await pull({ XDG_RUNTIME_DIR: open })
  expect([pulls(), readFileSync(elsewhere, 'utf8')]).toEqual([2, before])
  expect(lstatSync(file).isSymbolicLink()).toBe(false)
})

test('the server is asked each time: an early end takes the file away; while the server is away what is kept counts', async () => {
  const first = await pull()
  stage.api.instead = { status: 503, body: '' }
  expect(await pull()).toEqual(first)
  stage.api.instead = undefined
  stage.api.sessions.splice(0, 1, givenSession({ state: 'revoking' }))
  expect(await pull()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is not active') })
  expect(keptFiles()).toEqual([])
  stage.api.instead = { status: 503, body: '' }
  expect(await pull()).toMatchObject({ code: 75, out: '' })
  stage.api.instead = undefined
})

test('what has ended is taken away by whatever command comes next, and given to nobody', async () => {
  await pull()
  const [file = ''] = keptFiles()
  const kept = JSON.parse(readFileSync(file, 'utf8'))
  const past = new Date(Date.now() - 1_000).toISOString()
  const over = { ...kept, untilMs: Date.parse(past), credential: { ...kept.credential, expires_at: past } }
  writeFileSync(file, JSON.stringify(over))
  const [written, left] = [`${file}.0a0a`, `${file}.0b0b`]
  for (const half of [written, left]) writeFileSync(half, 'half of i')
  utimesSync(left, 0, 0)
  stage.api.instead = { status: 503, body: '' }
  expect(await pull()).toMatchObject({ code: 75, out: '' })
  expect(keptFiles()).toEqual([written])
  rmSync(written)
  stage.api.instead = undefined
})

test('a profile works with the SDK’s own loader, and fails after the end', async () => {
  expect(await thand(['aws-profile', 'acme-prod', ID])).toMatchObject({ code: 0, err: '' })
  const use = () => {
    const env = { ...stage.env, XDG_RUNTIME_DIR: runtime, AWS_PROFILE: 'acme-prod' }
    return stage.machine.other([process.execPath, CHILD], env).ended
  }
  const key = stage.given[0]?.environment['AWS_ACCESS_KEY_ID']
  expect((await use()).out).toBe(`${key} ann\n`)
  expect(pulls()).toBe(1)
  stage.api.sessions.splice(0, 1, givenSession({ state: 'revoked' }))
  expect((await use()).out).toBe('CredentialsProviderError CredentialsProviderError\n')
})

test('a new config file is for its owner alone; one that a link leads to keeps its mode and its link', async () => {
  expect(statSync(config).mode & 0o777).toBe(0o600)
  const [target, link] = ['dotfiles', 'linked'].map((name) => path.join(stage.machine.home, name))
  if (target === undefined || link === undefined) throw new Error('no names')
  writeFileSync(target, '[default]\nregion = eu-west-1\n', { mode: 0o640 })
  chmodSync(target, 0o640)
  symlinkSync('dotfiles', link)
  const env = { AWS_CONFIG_FILE: link }
  expect(await thand(['aws-profile', 'acme-prod', ID], env)).toMatchObject({ code: 0 })
  expect(readFileSync(target, 'utf8')).toBe(
    `[default]\nregion = eu-west-1\n\n[profile acme-prod]\ncredential_process = thand credentials ${ID} --format aws\nregion = us-east-1\n`,
  )
  expect(await thand(['aws-profile', 'acme-prod', '--remove'], env)).toMatchObject({ code: 0 })
  expect(readFileSync(target, 'utf8')).toBe('[default]\nregion = eu-west-1\n')
  expect([lstatSync(link).isSymbolicLink(), statSync(target).mode & 0o777]).toEqual([true, 0o640])
})

test('a profile of somebody else is left alone, in the config and in the file of keys; odd words are usage', async () => {
  const [keys, other] = ['keys', 'other'].map((name) => path.join(stage.machine.home, name))
  if (keys === undefined || other === undefined) throw new Error('no names')
  writeFileSync(keys, '[acme-prod]\naws_access_key_id = AKIAEXAMPLE\n')
  writeFileSync(other, '[profile acme-prod]\nregion = x\n')
  for (const env of [{ AWS_SHARED_CREDENTIALS_FILE: keys }, { AWS_CONFIG_FILE: other }])
    expect(await thand(['aws-profile', 'acme-prod', ID], env)).toMatchObject({
      code: 1,
      err: expect.stringContaining('not from here'),
    })
  expect(readFileSync(other, 'utf8')).toBe('[profile acme-prod]\nregion = x\n')
  for (const words of [['default', ID], ['a]b', ID], ['acme'], ['acme', ID, '--remove'], ['acme', 'x; id']])
    expect(await thand(['aws-profile', ...words])).toMatchObject({ code: 2, out: '' })
})

test('an end by hand takes what is kept away, and a log-out', async () => {
  await pull()
  await thand(['end', ID])
  expect(keptFiles()).toEqual([])
  await pull()
  expect(keptFiles().length).toBe(1)
  expect(await thand(['logout'])).toMatchObject({ code: 0 })
  expect(keptFiles()).toEqual([])
})
