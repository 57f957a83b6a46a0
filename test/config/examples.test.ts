import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { awsEngine } from '../../providers/aws/engine.ts'
import { githubEngine } from '../../providers/github/engine.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { APP_KEY } from '../support/github-app.ts'
import { fakeEngine } from './fake-engine.ts'
import { load } from './load.ts'

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples')
const ENV = readFileSync(path.join(EXAMPLES, 'env'), 'utf8')
/** With every line that is commented out taken in, and those that are to be filled in filled in. */
const FILLED = parseEnv(ENV.replaceAll(/^#(?=[A-Z_]+=)/gm, ''))
const KEY = Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64')

test.each([
  ['the fake', fakeEngine],
  ['the real', githubEngine],
])('the example loads with %s engine, in production too', async (_name, engine) => {
  const env = { GITHUB_TOKEN: 'canary-token-4f1c' }
  const yaml = readFileSync(path.join(EXAMPLES, 'thand.yaml'), 'utf8')
  const { config, text } = await load(yaml, { env, engines: [engine], isProduction: true })
  expect(text).toBe('')
  expect(config?.roles.map(({ key }) => key)).toEqual(['github:org-admin', 'github:sre', 'github:try-it'])
  expect(config?.roles.map(({ workflow }) => workflow?.key)).toEqual(['two-eyes', 'two-eyes', undefined])
})

test('the example loads with its App and its token role taken in', async () => {
  const yaml = readFileSync(path.join(EXAMPLES, 'thand.yaml'), 'utf8')
    .replace('# app: {', 'app: {')
    .replace('${file:./thand-app.pem}', '${env:APP_KEY}')
    .replace(/^ {2}# read-web:\n(?: {2}# .*\n)+/m, (role) => role.replaceAll(/^ {2}# /gm, '  '))
  const env = { GITHUB_TOKEN: 'canary-token-4f1c', APP_KEY }
  const { config, text } = await load(yaml, { env, engines: [githubEngine], isProduction: true })
  expect(text).toBe('')
  const role = config?.roles.find(({ key }) => key === 'github:read-web')
  expect(role).toMatchObject({ targets: [], entitlement: { words: 'contents read on web' } })
})

test('the example loads with AWS taken in: in each account, ended as the table says', async () => {
  const yaml = readFileSync(path.join(EXAMPLES, 'thand.yaml'), 'utf8').replaceAll(
    /^ {2}# (?:aws|aws-sso|aws-guarded|aws-no-iam|logs|break-glass|restart|operators|prod-admin):\n(?: {2}# .*\n)+/gm,
    (part) => part.replaceAll(/^ {2}# /gm, '  '),
  )
  const env = { GITHUB_TOKEN: 'canary-token-4f1c' }
  const { config, text } = await load(yaml, { env, engines: [githubEngine, awsEngine], isProduction: true })
  expect(text).toBe('')
  const roles = config?.roles.filter(({ provider }) => provider !== 'github') ?? []
  const session = { targets: [], entitlement: { words: expect.any(String) } }
  expect(roles.map(({ key, targets, entitlement }) => [key, { targets, entitlement }])).toMatchObject([
    ['aws-prod:logs', session],
    ['aws-dev:logs', session],
    ['aws-prod:break-glass', session],
    ['aws-dev:restart', { targets: [{ slot: 'inline', level: 'attached' }] }],
    ['aws-prod:operators', { targets: [{ slot: 'group:Operators' }] }],
    ['aws-dev:operators', { targets: [{ slot: 'group:Operators' }] }],
    ['aws-sso:prod-admin', { targets: [{ slot: 'assignment:111111111111/ps-0123456789abcdef' }] }],
  ])
  expect(roles.map((role) => [role.maxDurationSeconds, role.reason.isRequired, role.workflow?.key])).toEqual(
    roles.map(() => [3600, true, 'two-eyes']),
  )
  const opened = config?.providers.map((each) => each.open({ log: pino({ level: 'silent' }) }).instance) ?? []
  expect(new Set(opened).size).toBe(4)
  expect(config?.cautions.map(({ role }) => role)).toEqual(['aws-prod:break-glass'])
})

test('the example of the environment is valid as it is, and when it is filled in', () => {
  expect(readEnvironment(parseEnv(ENV) as NodeJS.ProcessEnv).ok).toBe(true)
  const filled = { ...FILLED, THAND_SECRET_KEY: KEY, SLACK_BOT_TOKEN: 'x', SLACK_SIGNING_SECRET: 'x' }
  expect(readEnvironment(filled as NodeJS.ProcessEnv)).toMatchObject({ ok: true, value: { isProduction: true } })
})
