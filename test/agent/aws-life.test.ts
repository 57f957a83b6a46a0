import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AwsCloud } from '../doubles/aws/cloud.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { configOf, startAccount } from '../support/aws-account.ts'
import { confirmed } from '../support/logged-in.ts'
import { givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'
import { thandInPath } from './aws-stage.ts'
import { givenMachine, type Machine } from './machine.ts'

const CHILD = path.join(import.meta.dirname, 'aws-child.mjs')
const ROLES = `
  look-at-users:
    name: Look at users
    providers: [aws]
    permissions: { allow: [{ operations: ["iam:GetUser"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
`
/** Nine commands, three of which load the SDK. */
const WITHIN = 180_000
let cloud: AwsCloud
let stage: Stage
let ann: Machine
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  cloud = await startAccount({ policies: { work: allowing('iam:GetUser', 'sts:GetAccessKeyInfo') } })
  cloud.hands().createUser('ann')
  const console = { federation: cloud.federationUrl, destination: 'https://console.aws.amazon.com/' }
  const session = { role: 'ThandSession', console }
  const keys = { access_key_id: `\${env:AWS_KEY}`, secret_access_key: `\${env:AWS_SECRET}` }
  const config = JSON.stringify(configOf(cloud, { session, keys }))
  const aws = `providers:\n  aws: { provider: aws, name: AWS acme, config: ${config} }\n`
  const { accessKeyId: AWS_KEY, secretAccessKey: AWS_SECRET } = cloud.credentials
  stage = await givenStage({
    yaml: (github) =>
      yamlWith(github, { roles: ROLES })
        .replace('providers:\n', () => aws)
        .replace('github: ann-acme', 'github: ann-acme, aws: ann'),
    env: { AWS_KEY, AWS_SECRET },
  })
  ann = givenMachine()
  env = { ...thandInPath(ann), AWS_ENDPOINT_URL: cloud.url }
  await ann.login(stage.world.server.url, (code) => confirmed(stage.world, 'U0ANN', code))
})
afterAll(async () => {
  await stage.close()
  await cloud.close()
  expect(cloud.problems).toEqual([])
})

test('from a request in chat to commands that worked by every way, none of which works after the end', {
  timeout: WITHIN,
}, async () => {
  const id = await stage.give('U0ANN', 'aws:look-at-users 30m a look')
  await stage.reach(id, 'active')
  const thand = (...args: readonly string[]) => ann.start(args, { env }).ended
  const child = (more: Readonly<Record<string, string>>) =>
    ann.other([process.execPath, CHILD], { ...env, ...more }).ended

  expect(await thand('aws-profile', 'acme-prod', id)).toMatchObject({ code: 0, err: '' })
  expect((await child({ AWS_PROFILE: 'acme-prod' })).out).toMatch(/^ASIA\w+ ann\n$/)
  expect((await thand('run', id, '--', process.execPath, CHILD)).out).toMatch(/^ASIA\w+ ann\n$/)
  const link = (await thand('console', id)).out.trim()
  expect((await fetch(link, { redirect: 'manual' })).headers.get('location')).toBe('https://console.aws.amazon.com/')
  const kept = JSON.parse((await thand('credentials', id, '--format', 'aws')).out)

  expect(await thand('end', id)).toMatchObject({ code: 0 })
  await stage.reach(id, 'revoked')
  const keys = { AWS_ACCESS_KEY_ID: kept.AccessKeyId, AWS_SECRET_ACCESS_KEY: kept.SecretAccessKey }
  const late = await child({ ...keys, AWS_SESSION_TOKEN: kept.SessionToken, AWS_REGION: 'us-east-1' })
  expect(late.out).toMatch(/^ASIA\w+ AccessDenied\n$/)
  expect((await child({ AWS_PROFILE: 'acme-prod' })).out).toBe('CredentialsProviderError CredentialsProviderError\n')
  expect(await thand('run', id, '--', process.execPath, CHILD)).toMatchObject({ code: 1, out: '' })
})
