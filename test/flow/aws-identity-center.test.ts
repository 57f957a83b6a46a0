import { afterEach, expect, test } from 'vitest'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { isWrite } from '../doubles/aws/faults.ts'
import { useCredential } from '../doubles/aws/use-credential.ts'
import { givenStage, type Stage } from '../threats/b-stage.ts'

const ACCOUNT = '444455556666'
const ANN = { user: 'ann@acme.example', account: ACCOUNT, permissionSet: 'Reader' }
const OPS = { group: 'ops', account: ACCOUNT, permissionSet: 'Reader' }
const ASSIGNED = 'Ann is Read production'

let stage: Stage
let cloud: AwsCloud
afterEach(async () => {
  const { problems } = stage.world.slack
  await stage.close()
  await cloud.close()
  expect([...problems, ...cloud.problems]).toEqual([])
})

async function givenCenter(): Promise<void> {
  cloud = await startAwsCloud({
    accounts: { '111122223333': {}, [ACCOUNT]: {} },
    buckets: { reports: { account: ACCOUNT, objects: { 'hello.txt': 'hello' } } },
    identityCenter: {
      users: [ANN.user, 'bob@acme.example'],
      groups: { ops: [] },
      permissionSets: {
        Reader: { sessionSeconds: 4 * 3600, attached: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'] },
      },
    },
  })
  const { accessKeyId, secretAccessKey } = cloud.credentials
  const env = { AWS_KEY_ID: accessKeyId, AWS_SECRET_KEY: secretAccessKey }
  stage = await givenStage({ yaml: () => yaml(cloud), env })
}

function yaml({ url, state }: AwsCloud): string {
  const center = state.identityCenter
  const permissionSet = Object.keys(center?.permissionSets ?? {})[0]
    ?.split('/')
    .at(-1)
  return `version: "1.0"
people:
  ann@acme.example: { name: Ann, groups: [platform], accounts: { aws: ann@acme.example } }
  sam@acme.example: { name: Sam, groups: [security] }
identity:
  domains: [acme.example]
  slack: { team: T0ACME }
limits: { min_duration: 1s, max_duration: 8h, pending_timeout: 10m }
providers:
  aws:
    provider: aws
    name: AWS acme
    config:
      endpoint: "${url}"
      keys: { access_key_id: "\${env:AWS_KEY_ID}", secret_access_key: "\${env:AWS_SECRET_KEY}" }
      identity_center: { instance_arn: "${center?.instanceArn}", identity_store_id: "${center?.storeId}" }
roles:
  read-production:
    name: Read production
    description: Reads what production has stored
    enabled: true
    providers: [aws]
    permissions: { allow: [{ operations: ["permission_set:assigned"], targets: ["${ACCOUNT}/${permissionSet}"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
workflows:
  two-eyes:
    name: Security approves
    channel: slack:C0ACCESS
    stages: [{ approvers: { groups: [security] }, quorum: 1 }]
`
}

function saidOnCard(id: string, words: string | RegExp): Promise<string> {
  return stage.world.until(`the card says ${words}`, () =>
    stage.cardHistory(id).find((text) => (typeof words === 'string' ? text.includes(words) : words.test(text))),
  )
}

const writes = () => cloud.journal.filter(({ operation, service }) => service === 'sso-admin' && isWrite(operation))

test('asked in Slack, assigned at AWS while it lasts, gone at the end; the card says until when what was opened goes on', async () => {
  await givenCenter()
  const center = cloud.center()
  if (cloud.state.identityCenter) cloud.state.identityCenter.pace = { ms: 0, polls: 3 }
  const id = await stage.give('U0ANN', 'aws:read-production 30m')
  await stage.reach(id, 'active')
  const active = await saidOnCard(id, ASSIGNED)
  expect(active).toContain('AWS has no end of its own: Thand takes it back')
  expect(active).toContain('What is opened with it may go on for up to 4 hours after the end')
  expect(center.isAssigned(ANN)).toBe(true)
  const session = center.signIn(ANN.user, ACCOUNT, 'Reader')

  await stage.expire(id)
  await stage.reach(id, 'revoked')
  expect(center.isAssigned(ANN)).toBe(false)
  const ended = await saidOnCard(id, /^Ended/)
  expect(ended).toContain('Ann is without a direct assignment again, checked at AWS')
  expect(ended).toMatch(/what was opened before may go on until \d\d:\d\d UTC at the latest/i)
  expect(() => center.signIn(ANN.user, ACCOUNT, 'Reader')).toThrow()
  // The card is right: AWS lets it go on.
  expect(await useCredential(cloud.url, session, '/reports/hello.txt')).toMatchObject({ status: 200 })
  expect(writes().map(({ operation }) => operation)).toEqual(['CreateAccountAssignment', 'DeleteAccountAssignment'])
})

test('whoever stood there before stays there, and nothing is written', async () => {
  await givenCenter()
  cloud.center().setAssignment(ANN, true)
  const id = await stage.give('U0ANN', 'aws:read-production 30m')
  await stage.reach(id, 'active')
  await stage.expire(id)
  await stage.reach(id, 'revoked')
  expect([cloud.center().isAssigned(ANN), writes()]).toEqual([true, []])
  expect(await saidOnCard(id, /^Ended/)).toContain('nothing was changed')
})

test('what a group has beside it stays, and the card does not say that nobody gets in', async () => {
  await givenCenter()
  const center = cloud.center()
  center.setMember('ops', ANN.user, true)
  center.setAssignment(OPS, true)
  const id = await stage.give('U0ANN', 'aws:read-production 30m')
  await stage.reach(id, 'active')
  await stage.expire(id)
  await stage.reach(id, 'revoked')
  expect([center.isAssigned(ANN), center.isAssigned(OPS)]).toEqual([false, true])
  expect(await saidOnCard(id, /^Ended/)).toContain('without a direct assignment again')
})

test('AWS gives it only after our deadline, when the access was ended already: it is found and taken away', async () => {
  await givenCenter()
  const { identityCenter } = cloud.state
  if (identityCenter === undefined) throw new Error('there is no Identity Center')
  const start = Date.now()
  cloud.setClock(() => start)
  identityCenter.pace = { ms: 120_000, polls: 0 }
  const id = await stage.give('U0ANN', 'aws:read-production 30m')
  await stage.world.until('AWS is at it', () => identityCenter.operations.length === 1)
  await stage.say('U0ANN', `end ${id}`)
  const readsNow = () =>
    cloud.journal.filter(({ operation }) => operation === 'ListAccountAssignmentCreationStatus').length
  const readsBefore = readsNow()
  await stage.world.until('our deadline passes, and reads see it under way', () => readsNow() > readsBefore + 1, 40_000)
  expect((await stage.events(id)).includes('grant_revoked')).toBe(false)
  identityCenter.pace = { ms: 0, polls: 0 }
  cloud.setClock(() => start + 120_000)
  await stage.reach(id, 'revoked', 60_000)
  expect(cloud.center().isAssigned(ANN)).toBe(false)
  expect(writes().map(({ operation }) => operation)).toEqual(['CreateAccountAssignment', 'DeleteAccountAssignment'])
}, 120_000)

test('AWS cannot make it: the card says so in the words of AWS', async () => {
  await givenCenter()
  cloud.state.identityCenter?.failures.push('Quota of IAM roles exceeded in the account')
  const id = await stage.give('U0ANN', 'aws:read-production 30m')
  await stage.reach(id, 'revoked')
  expect(await saidOnCard(id, /^Not granted/)).toContain('AWS refuses it: Quota of IAM roles exceeded in the account')
})
