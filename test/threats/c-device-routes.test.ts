import { randomBytes } from 'node:crypto'
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { TokenHolder } from '../../src/http/access-tokens.ts'
import { createAccessTokens } from '../../src/http/access-tokens.ts'
import { type DeviceClient, type DeviceKey, newDeviceKey, type Sent } from '../support/device-client.ts'
import { givenDevice } from '../support/logged-in.ts'
import { type Route, routesOfWhat } from '../support/routes.ts'
import { givenStage, type Stage } from './b-stage.ts'
import { raw, settled } from './c-stage.ts'

/** How a device gets its tokens, and what describes the rest: open to everybody. */
const OPEN = ['/api/v1/device_authorization', '/api/v1/token', '/api/v1/openapi.json']
const KEY = randomBytes(32).toString('base64')

let stage: Stage
let routes: readonly Route[]
let ann: DeviceClient
let bob: DeviceClient
let ended: DeviceClient
let id: string
let strange: DeviceKey

beforeAll(async () => {
  const env = { THAND_SECRET_KEY: KEY }
  const { started, routes: all } = await routesOfWhat(() => givenStage({ env }))
  stage = started
  routes = all.filter(({ url }) => url.startsWith('/api/'))
  ann = await givenDevice(stage.world, 'U0ANN')
  bob = await givenDevice(stage.world, 'U0BOB')
  ended = await givenDevice(stage.world, 'U0ANN')
  await stage.say('U0ANN', `logout ${ended.id}`)
  id = await stage.ask('U0ANN', 'github:org-admin 30m because')
  strange = await newDeviceKey()
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const holder = (of: DeviceClient): TokenHolder => ({
  device: of.id as TokenHolder['device'],
  thumbprint: of.key.thumbprint,
})
const tokens = (key = KEY, offMs = 0) => createAccessTokens([new Secret(key)], () => Date.now() + offMs)
/** One character more or less, in one part of it. */
function tampered(jwt: string, part: number): string {
  const parts = jwt.split('.')
  const text = parts[part] ?? ''
  const at = Math.floor(text.length / 2)
  parts[part] = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
  return parts.join('.')
}

/** Whatever may be missing or wrong: who calls, and with what. */
type Wrong = (method: string, path: string) => Promise<readonly [DeviceClient, Sent]>
const proofWith =
  (sent: Sent): Wrong =>
  async () => [ann, sent]
const tokenWith =
  (make: () => Promise<string> | string): Wrong =>
  async () => [ann, { token: await make() }]
const now = () => Math.floor(Date.now() / 1000)

const WRONG: Readonly<Record<string, Wrong>> = {
  'no token': async () => [ann, { token: null }],
  'no token and no proof': async () => [ann, { token: null, proof: null }],
  'no proof': proofWith({ proof: null }),
  'a token without its scheme': async () => [ann, { headers: { authorization: ann.tokens.access } }],
  'a bearer token': async () => [ann, { headers: { authorization: `Bearer ${ann.tokens.access}` } }],
  'the refresh token': tokenWith(() => ann.tokens.refresh),
  'an expired token': tokenWith(() => tokens(KEY, -301_000).issue(holder(ann))),
  'a token of another server': tokenWith(() => tokens(randomBytes(32).toString('base64')).issue(holder(ann))),
  'a token with another body': tokenWith(() => tampered(ann.tokens.access, 1)),
  'a token with another signature': tokenWith(() => tampered(ann.tokens.access, 2)),
  'a token that nobody signed': tokenWith(() =>
    new UnsecuredJWT({ cnf: { jkt: ann.key.thumbprint } }).setSubject(ann.id).setExpirationTime('5m').encode(),
  ),
  'a token signed with what is no secret': tokenWith(() =>
    new SignJWT({ cnf: { jkt: ann.key.thumbprint } })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(ann.id)
      .setIssuer('thand')
      .setAudience('thand-agent-api')
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(ann.key.thumbprint)),
  ),
  'somebody else’s token': tokenWith(() => bob.tokens.access),
  'its own token with the key of another device': async () => [ann, { key: bob.key }],
  'its own token with a key that nobody knows': async () => [ann, { key: strange }],
  'the id of another device with its own key': tokenWith(() =>
    tokens().issue({ ...holder(bob), thumbprint: ann.key.thumbprint }),
  ),
  'a device that was logged out': async () => [ended, {}],
  'a device that never was': tokenWith(() =>
    tokens().issue({ ...holder(ann), device: 'dev_00000000' as TokenHolder['device'] }),
  ),
  'a proof of another method': proofWith({ claims: { htm: 'PATCH' } }),
  'a proof of another address': proofWith({ claims: { htu: 'https://thand.evil.example/api/v1/commands' } }),
  'a proof of another path': async () => [ann, { claims: { htu: `${ann.base}/api/v1/other` } }],
  'a proof of no address': proofWith({ claims: { htu: 'commands' } }),
  'a proof of another token': proofWith({ claims: { ath: 'x'.repeat(43) } }),
  'a proof of no token': proofWith({ claims: { ath: undefined } }),
  'a proof without a number': proofWith({ claims: { jti: undefined } }),
  'a proof without a time': proofWith({ claims: { iat: undefined } }),
  'a proof of 61 s ago': async () => [ann, { claims: { iat: now() - 61 } }],
  'a proof of a minute to come': async () => [ann, { claims: { iat: now() + 90 } }],
  'a proof whose time is no number': proofWith({ claims: { iat: '1' } }),
  'a proof that is another kind of token': proofWith({ head: { typ: 'JWT' } }),
  'a proof with the private key in it': async () => {
    const { d } = await privateOf(ann.key)
    return [ann, { head: { jwk: { ...ann.key.jwk, d } } }]
  },
  'a proof without its key': proofWith({ head: { jwk: undefined } }),
  'a proof of a key in another place': proofWith({ head: { jwk: undefined, jku: 'http://127.0.0.1/keys', kid: '1' } }),
  'a proof with another body': async (method, path) => {
    const proof = await ann.proof(method, path, { token: ann.tokens.access })
    return [ann, { proof: tampered(proof, 1) }]
  },
  'a proof with another signature': async (method, path) => {
    const proof = await ann.proof(method, path, { token: ann.tokens.access })
    return [ann, { proof: tampered(proof, 2) }]
  },
  'two proofs': async (method, path) => {
    const [one, two] = [
      await ann.proof(method, path, { token: ann.tokens.access }),
      await ann.proof(method, path, { token: ann.tokens.access }),
    ]
    return [ann, { proof: `${one}, ${two}` }]
  },
  'a proof that nobody signed': async (method, path) => {
    const claims = { htm: method, htu: `${ann.base}${path}`, jti: 'x', iat: now() }
    const [, body] = new UnsecuredJWT(claims).encode().split('.')
    const head = Buffer.from(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: ann.key.jwk })).toString('base64url')
    return [ann, { proof: `${head}.${body}.` }]
  },
  'a proof signed with a shared secret': async (method, path) => {
    const key = new TextEncoder().encode('x'.repeat(32))
    const head = {
      alg: 'HS256',
      typ: 'dpop+jwt',
      jwk: { kty: 'oct', k: Buffer.from(key).toString('base64url') } as object,
    }
    const claims = { htm: method, htu: `${ann.base}${path}`, jti: 'y', iat: now() }
    return [ann, { proof: await new SignJWT(claims).setProtectedHeader(head).sign(key) }]
  },
  'a proof that was used before': async (method, path) => {
    const proof = await ann.proof(method, path, { token: ann.tokens.access })
    // Something without an effect; it is the proof that counts.
    await ann.call(method, path, path.endsWith('commands') ? { line: 'mine' } : undefined, { proof })
    return [ann, { proof }]
  },
}

async function privateOf({ pair }: DeviceKey): Promise<{ readonly d: string }> {
  return { d: String((await exportJWK(pair.privateKey)).d) }
}

function call(device: DeviceClient, { method, url }: Route, sent: Sent) {
  const body = url.endsWith('/commands') && method === 'POST' ? { line: `cancel ${id}` } : undefined
  return device.call(method, url.replace(':number', '1').replaceAll(/:\w+/g, id), body, sent)
}

/** Every row, without the notes of which proofs were used. */
async function rows() {
  const all = await settled(stage.sql)
  const notes = all['delivery']?.split('\n').filter((row) => !row.includes('proof:'))
  return { ...all, delivery: notes }
}

describe('C10: every route of the API, and every way not to be allowed', () => {
  test('C10 the routes come from the router, and all but three are guarded', () => {
    expect(routes.map(({ url }) => url)).toEqual(
      expect.arrayContaining([...OPEN, '/api/v1/commands', '/api/v1/sessions/:id']),
    )
    expect(routes.filter(({ url }) => !OPEN.includes(url)).length).toBeGreaterThanOrEqual(7)
  })

  test.each(Object.keys(WRONG))('C10 %s is answered 401 on every guarded route, and changes nothing', async (kind) => {
    const wrong = WRONG[kind]
    const before = await rows()
    for (const route of routes.filter(({ url }) => !OPEN.includes(url))) {
      const path = route.url.replace(':number', '1').replaceAll(/:\w+/g, id)
      const [device, sent] = (await wrong?.(route.method, path)) ?? [ann, {}]
      const { status, headers, body } = await call(device, route, sent)
      expect([route.method, route.url, status]).toEqual([route.method, route.url, 401])
      expect(headers.get('www-authenticate')).toMatch(/^DPoP .*algs="ES256 EdDSA"$/)
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
      if (route.method !== 'HEAD')
        expect(body).toMatchObject({ status: 401, code: expect.stringMatching(/^(token|proof|device)_/) })
    }
    expect(await rows()).toEqual(before)
  })

  test('C10 what belongs to somebody else does not exist: not seen, not ended, not logged out', async () => {
    const before = await rows()
    for (const route of routes.filter(({ url }) => !OPEN.includes(url))) {
      const { status, text } = await call(bob, route, {})
      expect([route.url, status]).toEqual([route.url, /:id|commands/.test(route.url) ? 404 : 200])
      expect(text).not.toMatch(new RegExp(`because|${ann.id}`))
    }
    for (const line of [`cancel ${id}`, `end ${id}`, `show ${id}`]) expect((await bob.say(line)).status).toBe(404)
    expect((await bob.call('DELETE', `/api/v1/devices/${ann.id}`)).status).toBe(404)
    expect(await rows()).toEqual(before)
    expect((await ann.get('/sessions')).body).toMatchObject({ sessions: [{ id, state: 'pending' }] })
  })

  test('C9 a proof names the server as it is known, not as a header calls it', async () => {
    const path = '/api/v1/sessions'
    for (const forged of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    ]) {
      for (const htu of [`http://evil.example${path}`, `https://evil.example${path}`]) {
        const dpop = await ann.proof('GET', path, { token: ann.tokens.access, claims: { htu } })
        const headers = { authorization: `DPoP ${ann.tokens.access}`, dpop, ...forged }
        expect((await raw(`${ann.base}${path}`, { headers })).status).toBe(401)
      }
    }
  })

  test('C10 no cookie is set, and no other origin is let in', async () => {
    for (const route of routes) {
      const { headers } = await call(ann, route, { headers: { origin: 'https://evil.example', cookie: 'a=b' } })
      expect([...headers.keys()].filter((name) => /^(set-cookie|access-control-)/.test(name))).toEqual([])
      expect(headers.get('cache-control')).toBe('no-store')
    }
    const { status, headers } = await ann.call('OPTIONS', '/api/v1/commands', undefined, {
      headers: { origin: 'https://evil.example' },
    })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([404, null])
  })
})
