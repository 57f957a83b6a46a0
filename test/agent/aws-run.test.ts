import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AwsStage, givenAwsStage, ID } from './aws-stage.ts'
import { givenSession } from './given-session.ts'

const CHILD = path.join(import.meta.dirname, 'aws-child.mjs')
/** Standing keys of the person: each place in which an SDK would find them before ours. */
const STANDING = {
  AWS_ACCESS_KEY_ID: 'AKIASTANDING',
  AWS_SECRET_ACCESS_KEY: 'standing',
  AWS_SECURITY_TOKEN: 'standing',
  AWS_PROFILE: 'standing',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/standing',
}
let stage: AwsStage
beforeAll(async () => {
  stage = await givenAwsStage()
  const folder = path.join(stage.machine.home, '.aws')
  mkdirSync(folder)
  const keys = 'aws_access_key_id = AKIASTANDING\naws_secret_access_key = standing\n'
  writeFileSync(path.join(folder, 'credentials'), `[default]\n${keys}[standing]\n${keys}`)
  writeFileSync(path.join(folder, 'config'), `[default]\ncredential_process = echo standing\n`)
})
afterAll(() => stage.close())
beforeEach(() => stage.lasts({}))

const hasCli = spawnSync('aws', ['--version']).status === 0

const run = (...command: readonly string[]) =>
  stage.machine.start(['run', ID, '--', ...command], { env: { ...stage.env, ...STANDING } })
const keyOf = (n: number) => stage.given[n]?.environment['AWS_ACCESS_KEY_ID']

test('run: where the credential lives as long as the access its keys are in the environment, and no others count', async () => {
  const ended = await run(process.execPath, CHILD).ended
  expect(ended).toEqual({ code: 0, out: `${keyOf(0)} ann\n`, err: '' })
  expect(stage.api.calls.at(-1)).toBe(`DELETE /sessions/${ID}/credentials/1`)
})

test('run: where the access lives longer the command goes on past the end of the first credential, by an endpoint that wants a token', async () => {
  stage.lasts({ credential: 12 })
  const ended = await run(process.execPath, CHILD, '26').ended
  const lines = ended.out.trim().split('\n')
  const used = new Set(lines.map((line) => line.split(' ')[0]))
  expect(lines.filter((line) => !line.endsWith(' ann'))).toEqual([])
  expect([...used]).toEqual(stage.given.map((_, n) => keyOf(n)).filter((key) => used.has(key)))
  expect(used.size).toBeGreaterThan(1)
  expect(ended).toMatchObject({ code: 0, err: '' })
  expect(stage.api.calls).toContain(`DELETE /sessions/${ID}/credentials/${stage.given.length}`)
})

test('run: the endpoint gives nothing without its token, and is gone with the command; no key is in the environment', async () => {
  stage.lasts({ credential: 900 })
  const script = `
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = process.env
    const ask = async (authorization, at = url) => (await fetch(at, { headers: authorization ? { authorization } : {} })).status
    console.log(JSON.stringify({
      url, token, names: Object.keys(process.env).filter((name) => /^AWS_/.test(name)).sort(),
      said: [await ask(token), await ask(), await ask(token + 'x'), await ask('Bearer ' + token), await ask(token, url + '/x')],
    }))`
  const ended = await run(process.execPath, '--input-type=module', '-e', script).ended
  const { url, token, names, said } = JSON.parse(ended.out)
  expect(said).toEqual([200, 401, 401, 401, 404])
  expect(Buffer.from(token, 'base64url').length).toBe(16)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/credentials$/)
  expect(names).toEqual([
    ...['AWS_CONFIG_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
    ...[
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_SHARED_CREDENTIALS_FILE',
    ],
  ])
  await expect(fetch(url)).rejects.toThrow()
})

test.runIf(process.platform === 'linux')(
  'run: our own process shows no key and no token to a list of processes',
  async () => {
    stage.lasts({ credential: 900 })
    const running = run(process.execPath, '-e', `console.log('pid', process.ppid); setTimeout(() => {}, 60_000)`)
    const pid = (await running.says(/pid \d+/)).slice(4)
    const seen = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join()
    running.signal('SIGTERM')
    await running.ended
    expect(seen).toContain(ID)
    for (const secret of [...Object.values(stage.given[0]?.environment ?? {}), 'AWS_CONTAINER_AUTHORIZATION'])
      if (secret !== stage.cloud.region) expect(seen).not.toContain(secret)
  },
)

test('run: at an early end the command is stopped, also while credentials are renewed, and what was given fails at AWS after its end', async () => {
  stage.lasts({ credential: 6 })
  const running = run(process.execPath, CHILD, '60')
  await running.says(/ ann/)
  stage.api.sessions.splice(0, 1, givenSession({ state: 'revoking' }))
  stage.api.credentials.delete(ID)
  expect(await running.ended).toMatchObject({ code: 143, err: expect.stringContaining('has ended') })
  stage.cloud.setClock(() => Date.now() + 10_000)
  const { AWS_REGION, ...keys } = stage.given.at(-1)?.environment ?? {}
  const late = stage.machine.other([process.execPath, CHILD], { ...stage.env, ...keys, AWS_REGION: AWS_REGION ?? '' })
  expect((await late.ended).out).toBe(`${keys['AWS_ACCESS_KEY_ID']} AccessDenied\n`)
  stage.cloud.setClock(() => Date.now())
})

test.runIf(hasCli)('the AWS CLI, which looks in another order than the SDK of JavaScript, finds the same', async () => {
  for (const credential of [3_600, 900]) {
    stage.lasts({ credential })
    const ended = await run('aws', 'iam', 'get-user', '--user-name', 'ann', '--query', 'User.UserName').ended
    expect(ended).toEqual({ code: 0, out: '"ann"\n', err: '' })
    expect(stage.cloud.journal.at(-1)?.caller).toContain('assumed-role/session/jit-1')
  }
})
