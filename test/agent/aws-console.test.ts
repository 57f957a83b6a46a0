import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fault } from '../doubles/aws/faults.ts'
import { type AwsStage, givenAwsStage, ID } from './aws-stage.ts'

let stage: AwsStage
beforeAll(async () => {
  stage = await givenAwsStage()
})
afterAll(() => stage.close())
beforeEach(async () => {
  stage.lasts({})
  stage.hasConsole = true
  await stage.machine.run('end', ID)
})

const DESTINATION = 'https://console.aws.amazon.com/'
const open = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  stage.machine.start(['console', ID, ...args], { env: { ...stage.env, ...env } }).ended

test('console: a link that signs a browser in, alone on stdout, and a word that it is secret', async () => {
  const ended = await open([])
  expect(ended).toMatchObject({
    code: 0,
    err: expect.stringMatching(/within 15 minutes is you there[\s\S]*works until/),
  })
  const link = new URL(ended.out.trim())
  expect(link.searchParams.get('Action')).toBe('login')
  expect([...link.searchParams.keys()]).not.toContain('SessionDuration')
  const signedIn = await fetch(link, { redirect: 'manual' })
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([302, DESTINATION])
  for (const secret of Object.values(stage.given[0]?.environment ?? {}).slice(0, 3))
    expect(ended.out + ended.err).not.toContain(secret)
})

test.runIf(process.platform === 'linux')(
  'console --open: the browser gets there, once; the opener’s arguments hold no link, and nothing is printed',
  async () => {
    const bin = path.join(stage.machine.home, 'browser')
    const seen = path.join(stage.machine.home, 'seen')
    mkdirSync(bin)
    const script = `import { writeFileSync } from 'node:fs'
      const [url] = process.argv.slice(2)
      const first = await fetch(url, { redirect: 'manual' })
      const again = await fetch(url, { redirect: 'manual' }).then(({ status }) => status, () => 'gone')
      const there = await fetch(first.headers.get('location'), { redirect: 'manual' })
      writeFileSync('${seen}', JSON.stringify([url, first.status, again, there.headers.get('location')]))`
    writeFileSync(path.join(bin, 'browser.mjs'), script)
    const opener = path.join(bin, 'xdg-open')
    writeFileSync(opener, `#!/bin/sh\nexec '${process.execPath}' '${path.join(bin, 'browser.mjs')}' "$@"\n`)
    chmodSync(opener, 0o755)
    const ended = await open(['--open'], { PATH: `${bin}:${stage.env['PATH']}` })
    expect(ended).toMatchObject({ code: 0, out: '' })
    await expect.poll(() => readFileSync(seen, 'utf8'), { timeout: 45_000 }).toContain(DESTINATION)
    const [url, first, again] = JSON.parse(readFileSync(seen, 'utf8'))
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}$/)
    expect([first, ['gone', 404].includes(again)]).toEqual([302, true])
  },
)

test('console: without an opener, without a console, or where AWS refuses, there is a word and no link', async () => {
  expect(await open(['--open'], { PATH: path.join(stage.machine.home, 'bin') })).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining(`thand console ${ID}`),
  })
  stage.cloud.faults.next({ service: 'federation', operation: 'getSigninToken' }, fault.error)
  const refused = await open([])
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('status 500') })
  expect(refused.err).not.toContain(stage.given[0]?.environment['AWS_SESSION_TOKEN'])
  await stage.machine.run('end', ID)
  stage.hasConsole = false
  expect(await open([])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('No console is set up') })
})
