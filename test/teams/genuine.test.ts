import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActivityOptions, TeamsDelivery } from '../doubles/teams/client.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'

let teams: TeamsWorld
let foreign: CryptoKeyPair
type CryptoKeyPair = Awaited<ReturnType<typeof generateKeyPair>>

beforeAll(async () => {
  teams = await givenTeams({
    tenantOptions: {
      people: {
        ann: { name: 'Ann', address: 'ann@acme.example' },
        sam: { name: 'Sam', address: 'sam@acme.example' },
        gus: { name: 'Gus', address: 'gus_other.example#EXT#@acme.example', role: 'guest' },
        ext: { name: 'Ext', address: 'ext_other.example#EXT#@acme.example' },
        fed: { name: 'Fed', address: 'sam@acme.example', tenant: '11111111-0000-4000-8000-000000000000' },
        nobody: { name: 'Nobody', address: 'nobody@acme.example', role: 'anonymous' },
        bare: { name: 'Bare', address: 'bare@acme.example' },
      },
    },
  })
  foreign = await generateKeyPair('RS256')
})
afterAll(async () => {
  const problems = [...teams.tenant.problems]
  await teams.close()
  expect(problems).toEqual([])
})

const say = (options: ActivityOptions, line = 'help') => teams.client.say('ann', line, options)
const hs256 = async () =>
  new SignJWT({ serviceurl: teams.tenant.serviceUrl })
    .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
    .setIssuer('https://api.botframework.com')
    .setAudience(teams.tenant.appId)
    .setExpirationTime('1h')
    .sign(Buffer.alloc(32, 1))
const none = () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: 'https://api.botframework.com',
    aud: teams.tenant.appId,
    exp: 9_999_999_999,
    serviceurl: teams.tenant.serviceUrl,
  }
  return `${part({ alg: 'none', kid: 'key-1' })}.${part(claims)}.x`
}
const EMULATOR = 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/'

type Case = readonly [string, number, () => Promise<TeamsDelivery>]

describe('C3: what is not signed by Teams for us and for here is not taken', () => {
  const cases: readonly Case[] = [
    ['genuine', 200, () => say({})],
    ['no token', 401, () => say({ authorization: '' })],
    ['no bearer', 401, () => say({ authorization: 'Basic YTpi' })],
    ['not a token', 401, () => say({ authorization: 'Bearer a.b.c' })],
    ['lower case', 401, async () => say({ authorization: `bearer ${await teams.tenant.sign()}` })],
    [
      'two tokens',
      401,
      async () => say({ authorization: `Bearer ${await teams.tenant.sign()} ${await teams.tenant.sign()}` }),
    ],
    ['alg none', 401, () => say({ authorization: `Bearer ${none()}` })],
    ['HS256', 401, async () => say({ authorization: `Bearer ${await hs256()}` })],
    ['another key under the same name', 401, () => say({ signing: { key: foreign.privateKey } })],
    ['a key that nobody published', 401, () => say({ signing: { kid: 'key-2', key: foreign.privateKey } })],
    ['another issuer', 401, () => say({ signing: { issuer: 'https://api.botframework.us' } })],
    [
      'the emulator',
      401,
      () => say({ signing: { issuer: EMULATOR, claims: { ver: '1.0', appid: teams.tenant.appId } } }),
    ],
    ['another bot', 401, () => say({ signing: { audience: '00000000-0000-4000-8000-000000000000' } })],
    ['over for six minutes', 401, () => say({ signing: { expiresIn: -360 } })],
    ['over for four minutes', 200, () => say({ signing: { expiresIn: -240 } })],
    ['not valid for six minutes yet', 401, () => say({ signing: { notBeforeIn: 360 } })],
    [
      'another serviceUrl in the token',
      401,
      () => say({ signing: { claims: { serviceurl: 'https://smba.trafficmanager.net/emea/' } } }),
    ],
    ['no serviceUrl in the token', 401, () => say({ signing: { claims: { serviceurl: undefined } } })],
    ['another channel', 401, () => say({ extra: { channelId: 'webchat' } })],
    ['the emulator’s channel', 401, () => say({ extra: { channelId: 'emulator' } })],
  ]
  test.each(cases)('%s: %i', async (_name, status, send) => expect((await send()).status).toBe(status))

  test('a key that signs for other channels, or says for none', async () => {
    for (const channels of [['webchat'], undefined]) {
      const other = await givenTeams()
      other.tenant.endorse(channels)
      expect((await other.client.say('ann', 'help')).status).toBe(401)
      await other.close()
    }
  })
})

describe('C3, C8: a body that disagrees with its token, or with itself', () => {
  const OTHER = '22222222-0000-4000-8000-000000000000'
  const evil = (serviceUrl: string): ActivityOptions => ({
    extra: { serviceUrl },
    signing: { claims: { serviceurl: serviceUrl } },
  })
  const press = (extra: Readonly<Record<string, unknown>>) =>
    teams.client.invoke(
      'ann',
      { id: '1', conversation: ACCESS, root: undefined },
      { action: { type: 'Action.Execute', verb: 'look', data: {} } },
      { extra },
    )
  const cases: readonly Case[] = [
    ['said to another bot', 403, () => say({ extra: { recipient: { id: `28:${OTHER}`, name: 'Thand' } } })],
    [
      'our own id in capitals',
      200,
      () => say({ extra: { recipient: { id: `28:${teams.tenant.appId.toUpperCase()}`, name: 'Thand' } } }),
    ],
    ['metadata address', 403, () => say(evil('https://169.254.169.254/latest/'))],
    ['loopback that is not allowed', 403, () => say(evil('http://127.0.0.1:1/'))],
    ['IPv4 mapped', 403, () => say(evil('https://[::ffff:127.0.0.1]/'))],
    ['a host that only begins like one', 403, () => say(evil('https://smba.trafficmanager.net.evil.example/'))],
    ['a host that only ends like one', 403, () => say(evil('https://evilbotframework.com/'))],
    ['a user before the host', 403, () => say(evil('https://smba.trafficmanager.net@evil.example/'))],
    ['a port of their own', 403, () => say(evil('https://smba.trafficmanager.net:8443/'))],
    ['plain http to Teams', 403, () => say(evil('http://smba.trafficmanager.net/'))],
    ['no address at all', 403, () => say(evil('nowhere'))],
    ['another tenant of the channel', 403, () => say({ extra: { channelData: { tenant: { id: OTHER } } } })],
    [
      'another tenant of the conversation',
      403,
      () => say({ extra: { conversation: { id: 'a:1-ann', conversationType: 'personal', tenantId: OTHER } } }),
    ],
    [
      'no tenant',
      403,
      () => say({ extra: { channelData: {}, conversation: { id: 'a:1-ann', conversationType: 'personal' } } }),
    ],
    [
      'another tenant of the sender',
      403,
      () => say({ extra: { from: { id: teams.tenant.mri('ann'), tenantId: OTHER } } }),
    ],
    [
      'another channel than the conversation',
      403,
      () => press({ channelData: { tenant: { id: teams.tenant.tenant }, channel: { id: '19:other@thread.tacv2' } } }),
    ],
    [
      'a channel that is called one-to-one',
      403,
      () =>
        say({
          extra: {
            channelData: { tenant: { id: teams.tenant.tenant } },
            conversation: { id: ACCESS, conversationType: 'personal', tenantId: teams.tenant.tenant },
          },
        }),
    ],
    [
      'a sender with the id of another',
      403,
      () => say({ extra: { from: { id: teams.tenant.mri('ann'), aadObjectId: teams.tenant.objectId('sam') } } }),
    ],
    [
      'a sender who is not there',
      403,
      () =>
        say({
          extra: {
            from: { id: teams.tenant.mri('sam') },
            conversation: { id: 'a:1-ann', conversationType: 'personal', tenantId: teams.tenant.tenant },
          },
        }),
    ],
    [
      'a conversation that we are not in',
      403,
      () =>
        say({
          extra: {
            conversation: { id: '19:other@thread.v2', conversationType: 'groupChat', tenantId: teams.tenant.tenant },
          },
          isMentioned: true,
        }),
    ],
  ]
  test.each(cases)('%s: %i', async (_name, status, send) => expect((await send()).status).toBe(status))
})

describe('odd bodies are never an error of ours', () => {
  const odd: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['no text', { text: undefined }],
    ['text of another type', { text: 7 }],
    ['no conversation', { conversation: undefined }],
    ['a conversation that is none', { conversation: 'a' }],
    ['no sender', { from: undefined }],
    ['no id', { id: undefined }],
    ['entities that are null', { entities: null }],
    ['an entity without a type', { entities: [{}] }],
    ['an entity that is null', { entities: [null, { type: 'mention' }, { type: 'mention', mentioned: null }] }],
    ['a mention without text', { entities: [{ type: 'mention', mentioned: { id: 'x' } }] }],
    ['a time that is none', { timestamp: 'yesterday' }],
    ['an invoke without a name', { type: 'invoke' }],
    ['an invoke without a value', { type: 'invoke', name: 'adaptiveCard/action' }],
    ['an invoke of nothing', { type: 'invoke', name: 'adaptiveCard/action', value: {} }],
    [
      'an old submit',
      {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { type: 'Action.Submit', verb: 'line', data: {} } },
      },
    ],
    [
      'a word of another',
      {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { type: 'Action.Execute', verb: 'x', data: {} } },
      },
    ],
    [
      'data of another',
      {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { type: 'Action.Execute', verb: 'line', data: { line: 'mine', as: 'sam' } } },
      },
    ],
    [
      'prototype',
      {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: {
          action: {
            type: 'Action.Execute',
            verb: 'submit',
            data: JSON.parse('{"form":"deny","about":"x","__proto__":{"a":1}}'),
          },
        },
      },
    ],
    ['a task module', { type: 'invoke', name: 'task/fetch', value: {} }],
    ['an unknown invoke', { type: 'invoke', name: 'signin/verifyState', value: {} }],
    ['a type of no kind', { type: 'hello' }],
    ['typing', { type: 'typing' }],
    ['the end of a conversation', { type: 'endOfConversation' }],
    ['members that are none', { type: 'conversationUpdate', membersAdded: [{}] }],
    ['a reaction to nothing', { type: 'messageReaction', reactionsAdded: [{ type: 'like' }] }],
    [
      'an edit',
      {
        type: 'messageUpdate',
        channelData: { eventType: 'editMessage', tenant: { id: '7e4a0000-0000-4000-8000-0000000acce5' } },
      },
    ],
  ]
  test.each(odd)('%s', async (_name, extra) => {
    const { status } = await say({ extra })
    expect([200, 400, 403, 501]).toContain(status)
  })

  test('unknown invokes are 501, and an edit runs nothing', async () => {
    expect((await say({ extra: { type: 'invoke', name: 'task/fetch', value: {} } })).status).toBe(501)
    const before = teams.tenant.messages.length
    expect((await say({ extra: { type: 'messageUpdate' } }, 'mine')).status).toBe(200)
    expect(teams.tenant.messages.length).toBe(before)
  })

  test.each(['', 'null', '[]', '7', '{', '"x"', '\u0000'])('a body of %j', async (body) => {
    const authorization = `Bearer ${await teams.tenant.sign()}`
    const url = `${teams.world.server.url}/api/messages`
    const { status } = await fetch(url, { method: 'POST', headers: { authorization }, body })
    expect(status).toBe(400)
  })

  test('one that is too large', async () => {
    expect((await say({ extra: { text: 'x'.repeat(300_000) } })).status).toBe(413)
  })
})

describe('A9: only users of the home tenant', () => {
  test.each(['gus', 'ext', 'fed', 'nobody'])('%s is refused, and told so', async (person) => {
    await teams.client.say(person, 'request github:org-admin 30m')
    const told = await teams.world.until('an answer', () => teams.told(person)[0])
    expect(told).toMatch(/account/)
    expect(teams.tenant.messages.filter((each) => each.conversation === ACCESS)).toEqual([])
  })
})

test('A10: the address is that of the tenant, not one of mail', async () => {
  await teams.client.say('bare', 'mine')
  expect(await teams.world.until('an answer', () => teams.told('bare')[0])).toContain('bare@acme.example')
})

test('no token and no body is in the log', () => {
  const log = teams.world.log.join('\n')
  expect(log).toContain('teams_request_refused')
  expect(log).not.toMatch(/eyJ|Bearer|request github/)
  expect(log).not.toContain(teams.tenant.password)
})
