import { afterEach, expect, test } from 'vitest'
import type { AwsCloud } from '../doubles/aws/cloud.ts'
import { isWrite } from '../doubles/aws/faults.ts'
import type { KeyPair } from '../doubles/aws/hands.ts'
import { useCredential } from '../doubles/aws/use-credential.ts'
import { ACCOUNT, REPORTS, startAccount, withoutReadLag } from '../support/aws-account.ts'
import { expiresAt, extend } from '../support/extending.ts'
import { eventually, givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'

let stage: Stage
let cloud: AwsCloud
afterEach(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems, ...cloud.problems]
  await stage.close()
  await cloud.close()
  expect(problems).toEqual([])
})

const MINUTE_MS = 60_000
const WITHIN_MS = 60_000
const ROLE = `  on-call:
    name: On call
    providers: [aws]
    permissions:
      allow:
        - { operations: ["group:member"], targets: [sre] }
        - { operations: ["user:s3:GetObject"], targets: ["${REPORTS}"] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
`
const PROVIDER = `providers:
  aws:
    provider: aws
    name: AWS acme
    config:
      account: "${ACCOUNT}"
      endpoint: "\${env:AWS_DOUBLE}"
      keys: { access_key_id: "\${env:AWS_KEY}", secret_access_key: "\${env:AWS_SECRET}" }
`

/** Bob is in the group anyway, Ann is not. */
async function givenAws(): Promise<void> {
  cloud = await startAccount(undefined, {
    accounts: { [ACCOUNT]: { users: { ann: {}, bob: {} }, groups: { sre: ['bob'] } } },
  })
  stage = await givenStage({
    wrapping: { provider: (provider) => (provider.vendor === 'AWS' ? withoutReadLag(provider) : provider) },
    yaml: (github) =>
      yamlWith(github, { roles: ROLE })
        .replace('providers:\n', PROVIDER)
        .replaceAll(/github: (ann|bob)-acme/g, 'github: $1-acme, aws: $1'),
    env: {
      AWS_DOUBLE: cloud.url,
      AWS_KEY: cloud.credentials.accessKeyId,
      AWS_SECRET: cloud.credentials.secretAccessKey,
    },
  })
}

const membersOf = (group: string) => cloud.state.accounts[ACCOUNT]?.groups[group]?.members ?? []
const policiesOf = (user: string) => cloud.state.accounts[ACCOUNT]?.users[user]?.inline ?? {}
const read = async (key: KeyPair) => (await useCredential(cloud.url, key, '/acme-reports/q3.txt')).status
const writes = () => cloud.journal.filter(({ operation, applied }) => applied && isWrite(operation))
/** When AWS lets the policy end by itself, in ms. */
const endAtAws = (user: string, grant: string) => {
  const [, end = ''] = /"aws:CurrentTime":"([^"]+)"/.exec(policiesOf(user)[`jit-${grant}`] ?? '') ?? []
  return Date.parse(end)
}
const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000

test('from a request in chat to a group and a policy of its own; its end moves at AWS; at the end both are gone', async () => {
  await givenAws()
  const key = cloud.hands().createKey('ann')
  expect(await read(key)).toBe(403)
  const grant = await stage.give('U0ANN', 'aws:on-call 30m')
  await stage.reach(grant, 'active', WITHIN_MS)
  expect([membersOf('sre'), Object.keys(policiesOf('ann'))]).toEqual([['bob', 'ann'], [`jit-${grant}`]])
  const end = await expiresAt(stage, grant)
  expect(endAtAws('ann', grant)).toBe(wholeSecond(end))
  expect(await read(key)).toBe(200)

  const extension = await extend(stage, 'U0ANN', `${grant} 20m still paging`)
  await stage.say('U0SAM', `approve ${extension}`)
  expect(await expiresAt(stage, grant)).toBe(end + 20 * MINUTE_MS)
  const moved = async () => endAtAws('ann', grant) === wholeSecond(end + 20 * MINUTE_MS)
  await eventually('AWS knows the new end', moved)
  expect(
    writes()
      .map(({ operation }) => operation)
      .toSorted(),
  ).toEqual(['AddUserToGroup', 'PutUserPolicy', 'PutUserPolicy'])

  await stage.say('U0ANN', `end ${grant}`)
  await stage.reach(grant, 'revoked', WITHIN_MS)
  expect([membersOf('sre'), policiesOf('ann')]).toEqual([['bob'], {}])
  expect(await read(key)).toBe(403)
}, 150_000)

test('with Thand gone AWS ends the policy on the second; whoever was in the group before stays in it', async () => {
  await givenAws()
  const key = cloud.hands().createKey('bob')
  const grant = await stage.give('U0BOB', 'aws:on-call 30m')
  await stage.reach(grant, 'active', WITHIN_MS)
  expect(await read(key)).toBe(200)
  expect(writes().map(({ operation }) => operation)).toEqual(['PutUserPolicy'])

  await stage.world.server.stop()
  const end = endAtAws('bob', grant)
  const clock = { now: end - 1 }
  cloud.setClock(() => clock.now)
  expect(await read(key)).toBe(200)
  clock.now = end
  expect(await read(key)).toBe(403)
  expect(Object.keys(policiesOf('bob'))).toEqual([`jit-${grant}`])

  cloud.setClock(Date.now)
  await stage.expire(grant)
  await stage.world.start()
  await stage.reach(grant, 'revoked', WITHIN_MS)
  expect([membersOf('sre'), policiesOf('bob')]).toEqual([['bob'], {}])
  expect(writes().map(({ operation }) => operation)).toEqual(['PutUserPolicy', 'DeleteUserPolicy'])
}, 150_000)
