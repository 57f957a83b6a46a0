import { GetUserCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, test } from 'vitest'
import { type AwsCloud, startAwsCloud } from '../doubles/aws/cloud.ts'
import { allowing, trusting } from '../doubles/aws/documents.ts'
import type { AwsCloudOptions } from '../doubles/aws/furnish.ts'
import { type UsableCredential, useCredential } from '../doubles/aws/use-credential.ts'
import { awsClients, credentialIn, refusalOf } from '../support/aws-clients.ts'

const running: AwsCloud[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

const home = '111122223333'
const other = '444455556666'
const RoleArn = `arn:aws:iam::${home}:role/reader`
const file = '/reports/a/hello.txt'

async function started(options: AwsCloudOptions = {}) {
  const reader = { policies: { read: allowing('s3:*') }, maxSessionSeconds: 7200 }
  const accounts = { [home]: { users: { ann: {} }, roles: { reader } }, [other]: { users: { bob: {} } } }
  const buckets = { reports: { objects: { 'a/hello.txt': 'hello', 'b.txt': 'b' } } }
  const cloud = await startAwsCloud({ accounts, buckets, ...options })
  running.push(cloud)
  const clients = awsClients(cloud)
  const assume = (more: Partial<AssumeRoleCommandInput> = {}) =>
    clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'jit-1', ...more }))
  const statusOf = async (credential: UsableCredential, target = file) =>
    (await useCredential(cloud.url, credential, target)).status
  return { cloud, ...clients, assume, statusOf }
}

const until = (end: number, ...actions: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: actions,
        Resource: '*',
        Condition: { DateLessThan: { 'aws:CurrentTime': new Date(end).toISOString() } },
      },
    ],
  })

describe('a signature', () => {
  test('by another secret, by a key that nobody has, or none at all is refused', async () => {
    const { cloud } = await started()
    const { accessKeyId, secretAccessKey } = cloud.credentials
    const wrong = awsClients(cloud, { accessKeyId, secretAccessKey: `${secretAccessKey}x` })
    const unknown = awsClients(cloud, { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey })
    const ask = new GetCallerIdentityCommand({})
    expect(await refusalOf(wrong.sts.send(ask))).toBe('SignatureDoesNotMatch')
    expect(await refusalOf(unknown.sts.send(ask))).toBe('InvalidClientTokenId')
    const body = 'Action=GetCallerIdentity&Version=2011-06-15'
    expect((await fetch(cloud.url, { method: 'POST', body })).status).toBe(403)
    expect(cloud.journal.map(({ code }) => code)).toContain('MissingAuthenticationToken')
    expect(JSON.stringify(cloud.journal)).not.toContain(secretAccessKey)
  })
})

describe('a session', () => {
  test('does what the role and its own policy both allow, and ends on the second', async () => {
    const { cloud, assume, statusOf } = await started()
    const end = Date.now() + 90_000
    const credential = credentialIn(
      await assume({ Policy: until(end, 's3:GetObject'), SourceIdentity: 'ann@acme.example' }),
    )
    expect(await statusOf(credential)).toBe(200)
    expect(await statusOf(credential, '/reports?list-type=2')).toBe(403)
    cloud.setClock(() => end - 1)
    expect(await statusOf(credential)).toBe(200)
    cloud.setClock(() => end)
    expect(await statusOf(credential)).toBe(403)
    expect(cloud.decisions.at(-1)).toMatchObject({ action: 's3:GetObject', isAllowed: false, refusedBy: 'session' })
    cloud.setClock(() => end + 3_600_000)
    await statusOf(credential)
    expect(cloud.journal.at(-1)?.code).toBe('ExpiredToken')
    expect(cloud.problems).toEqual([])
  })

  test('is cut by a deny on its name, and no other with it', async () => {
    const { iam, assume, statusOf } = await started()
    const [one, two] = [credentialIn(await assume()), credentialIn(await assume({ RoleSessionName: 'jit-2' }))]
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringLike: { 'aws:userid': '*:jit-1' } } },
    })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'jit-1', PolicyDocument }))
    expect([await statusOf(one), await statusOf(two)]).toEqual([403, 200])
  })

  test('dies with its role, also when another takes the name', async () => {
    const { cloud, assume, statusOf } = await started()
    const credential = credentialIn(await assume())
    cloud.hands().deleteRole('reader')
    cloud.hands().createRole('reader', { policies: { read: allowing('s3:*') } })
    expect(await statusOf(credential)).toBe(403)
    expect(cloud.journal.at(-1)?.code).toBe('InvalidClientTokenId')
  })

  test('lists its account, and is nobody in another', async () => {
    const { cloud, assume, statusOf } = await started()
    const credential = credentialIn(await assume())
    const list = await useCredential(cloud.url, credential, '/reports?list-type=2&prefix=&delimiter=%2F')
    expect(list.body).toContain('<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>')
    expect(list.body).toContain('<Key>b.txt</Key>')
    expect((await useCredential(cloud.url, credential, '/')).body).toContain('<Name>reports</Name>')
    cloud.state.buckets['theirs'] = { account: other, objects: { x: 'x' } }
    expect(await statusOf(credential, '/theirs/x')).toBe(403)
  })

  test('becomes a link to the console, while it lives', async () => {
    const { cloud, assume } = await started()
    const { accessKeyId, secretAccessKey, sessionToken } = credentialIn(await assume())
    const given = { sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken }
    const ask = async (session: object) => {
      const query = new URLSearchParams({ Action: 'getSigninToken', Session: JSON.stringify(session) })
      return fetch(`${cloud.federationUrl}?${query}`)
    }
    const answer = await ask(given)
    expect(answer.status).toBe(200)
    const { SigninToken: token } = (await answer.json()) as { SigninToken: string }
    const query = new URLSearchParams({ Action: 'login', Destination: 'https://console.example/', SigninToken: token })
    expect((await fetch(`${cloud.federationUrl}?${query}`, { redirect: 'manual' })).status).toBe(302)
    expect((await ask({ ...given, sessionKey: 'x' })).status).toBe(400)
    expect(JSON.stringify(cloud.journal)).not.toContain(secretAccessKey)
  })
})

describe('AssumeRole', () => {
  const trustFor = (...Action: string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${home}:root` }, Action },
    })

  test.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    ['of a role that is not there', { RoleArn: `${RoleArn}s` }, 'AccessDenied'],
    ['of a role that trusts others', { RoleArn: `arn:aws:iam::${home}:role/others` }, 'AccessDenied'],
    [
      'with a source identity that the trust has no word on',
      { RoleArn: `arn:aws:iam::${home}:role/plain`, SourceIdentity: 'ann' },
      'AccessDenied',
    ],
    [
      'with tags that the trust has no word on',
      { RoleArn: `arn:aws:iam::${home}:role/plain`, Tags: [{ Key: 'a', Value: 'b' }] },
      'AccessDenied',
    ],
    ['of a role that trusts the account', { RoleArn: `arn:aws:iam::${home}:role/plain` }, 'none'],
    ['for less than 15 minutes', { DurationSeconds: 899 }, 'ValidationError'],
    ['for longer than the role allows', { DurationSeconds: 7201 }, 'ValidationError'],
    ['for as long as the role allows', { DurationSeconds: 7200 }, 'none'],
    ['under a name that none can have', { RoleSessionName: 'jit 1' }, 'ValidationError'],
    ['with a policy that is none', { Policy: '{"Version":"2012-10-17"}' }, 'MalformedPolicyDocumentException'],
    [
      'with a policy that is too long',
      { Policy: allowing('s3:*') + ' '.repeat(2048) },
      'PackedPolicyTooLargeException',
    ],
  ])('%s', async (_, input, refusal) => {
    const { cloud, assume } = await started()
    cloud.hands().createRole('others', { trust: trusting(`arn:aws:iam::${other}:user/bob`) })
    cloud.hands().createRole('plain', { trust: trustFor('sts:AssumeRole') })
    expect(await refusalOf(assume(input))).toBe(refusal)
    expect(cloud.problems.length).toBe(refusal === 'ValidationError' && input.DurationSeconds !== 7201 ? 1 : 0)
  })

  test('from a session lasts an hour at most, and keeps the source identity', async () => {
    const { cloud, sts } = await started()
    const mine = { trust: trusting(cloud.thandArn), isThands: true, policies: { sts: allowing('sts:*') } }
    cloud.hands(other).createRole('thand', mine)
    const chained = `arn:aws:iam::${other}:role/thand`
    cloud.hands(other).createRole('admin', { trust: trusting(chained), maxSessionSeconds: 43_200 })
    const first = await sts.send(
      new AssumeRoleCommand({ RoleArn: chained, RoleSessionName: 'thand', SourceIdentity: 'thand' }),
    )
    const second = awsClients(cloud, credentialIn(first)).sts
    const order = { RoleArn: `arn:aws:iam::${other}:role/admin`, RoleSessionName: 'jit-1' }
    expect(await refusalOf(second.send(new AssumeRoleCommand({ ...order, DurationSeconds: 3601 })))).toBe(
      'ValidationError',
    )
    expect(await refusalOf(second.send(new AssumeRoleCommand({ ...order, SourceIdentity: 'ann' })))).toBe(
      'AccessDenied',
    )
    expect((await second.send(new AssumeRoleCommand(order))).SourceIdentity).toBe('thand')
    cloud.faults.breakCredential('revoked')
    expect(await refusalOf(second.send(new AssumeRoleCommand(order)))).toBe('InvalidClientTokenId')
  })
})

describe('the policies of Thand itself', () => {
  test('decide about its calls, and the statement that allowed one is told', async () => {
    const Statement = [
      { Sid: 'Read', Effect: 'Allow', Action: 'iam:GetUser', Resource: `arn:aws:iam::${home}:user/*` },
      { Sid: 'Assume', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn },
    ]
    const thandPolicies = { least: JSON.stringify({ Version: '2012-10-17', Statement }) }
    const { cloud, iam, assume } = await started({ thandPolicies })
    await iam.send(new GetUserCommand({ UserName: 'ann' }))
    await assume()
    expect(await refusalOf(assume({ SourceIdentity: 'ann' }))).toBe('AccessDenied')
    expect(cloud.decisions.map(({ action, allowedBy }) => [action, ...allowedBy])).toEqual([
      ['iam:GetUser', 'least#Read'],
      ['sts:AssumeRole', 'least#Assume'],
      ['sts:AssumeRole', 'least#Assume'],
      ['sts:SetSourceIdentity'],
    ])
  })

  test('come into force and into sight later, where the double is told to be slow', async () => {
    let time = Date.now()
    const { cloud, iam, assume, statusOf } = await started({ now: () => time })
    const credential = credentialIn(await assume())
    cloud.past.policyDelayMs = 10_000
    const PolicyDocument = allowing('*').replace('Allow', 'Deny')
    await iam.send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'jit-1', PolicyDocument }))
    time += 9_000
    expect(await statusOf(credential)).toBe(200)
    time += 1_000
    expect(await statusOf(credential)).toBe(403)
  })
})
