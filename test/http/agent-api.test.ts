import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeviceClient, newDeviceKey } from '../support/device-client.ts'
import { givenDevice } from '../support/logged-in.ts'
import { type Route, routesOfWhat } from '../support/routes.ts'
import { givenWorld } from '../support/world.ts'
import { givenStage, type Stage } from '../threats/b-stage.ts'
import { raw, settled } from '../threats/c-stage.ts'

let stage: Stage
let routes: readonly Route[]
let device: DeviceClient
beforeAll(async () => {
  const { started, routes: all } = await routesOfWhat(() => givenStage())
  stage = started
  routes = all.filter(({ url }) => url.startsWith('/api/'))
  device = await givenDevice(stage.world, 'U0ANN')
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

interface Described {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly securitySchemes: Record<string, unknown> }
}
interface Operation {
  readonly security?: readonly Record<string, unknown>[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> }
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>
}

describe('what the API says of itself', () => {
  const described = async () =>
    (await fetch(`${stage.world.server.url}/api/v1/openapi.json`)).json() as Promise<Described>

  test('every route is described, and nothing else', async () => {
    const { openapi, paths } = await described()
    expect(openapi).toBe('3.1.0')
    const told = Object.entries(paths).flatMap(([url, methods]) =>
      Object.keys(methods).map((method) => `${method} ${url}`),
    )
    const real = routes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => `${method.toLowerCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(told.toSorted()).toEqual(real.toSorted())
  })

  test('every schema compiles, every path parameter is described, and what is guarded says so', async () => {
    const { paths, components } = await described()
    const ajv = new Ajv2020({ strict: true, formats: { 'date-time': true, uri: true } })
    for (const [url, methods] of Object.entries(paths)) {
      for (const operation of Object.values(methods)) {
        const bodies = Object.values(operation.requestBody?.content ?? {})
        const answers = Object.values(operation.responses).flatMap(({ content = {} }) => Object.values(content))
        for (const { schema } of [...bodies, ...answers, ...(operation.parameters ?? [])]) ajv.compile(schema)
        const named = operation.parameters?.filter((each) => each.in === 'path').map((each) => each.name) ?? []
        expect(named).toEqual([...url.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
        const isOpen = /\/(device_authorization|token|openapi\.json)$/.test(url)
        expect(operation.security?.flatMap(Object.keys) ?? []).toEqual(
          isOpen ? [] : Object.keys(components.securitySchemes),
        )
      }
    }
  })

  test('answers are what it describes', async () => {
    const { paths } = await described()
    const ajv = new Ajv2020({ strict: true, formats: { 'date-time': true, uri: true } })
    const id = String((await device.say('request github:team-sre 30m')).body['id'])
    const asked: readonly (readonly [string, string, Awaited<ReturnType<DeviceClient['get']>>])[] = [
      ['/api/v1/sessions', 'get', await device.get('/sessions')],
      ['/api/v1/sessions/{id}', 'get', await device.get(`/sessions/${id}`)],
      ['/api/v1/sessions/{id}', 'get', await device.get('/sessions/req_00000000')],
      ['/api/v1/devices', 'get', await device.get('/devices')],
      ['/api/v1/commands', 'post', await device.say(`show ${id}`)],
      ['/api/v1/commands', 'post', await device.say('approve req_00000000')],
      ['/api/v1/token', 'post', await device.refresh('x')],
    ]
    for (const [url, method, { status, headers, body }] of asked) {
      const key = status === 200 ? '200' : `${Math.floor(status / 100)}XX`
      const type = headers.get('content-type')?.split(';')[0] ?? ''
      const schema = paths[url]?.[method]?.responses[key]?.content?.[type]?.schema
      expect([url, status, schema === undefined]).toEqual([url, status, false])
      expect([url, ajv.validate(schema ?? {}, body), ajv.errors]).toEqual([url, true, null])
    }
  })

  test('the page for people says where the code goes, and takes none', async () => {
    const { status, headers, text } = await raw(`${stage.world.server.url}/device?code=BCDF-GHJK`)
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(text).toMatch(/\/thand login/)
    expect(text).not.toMatch(/BCDF/)
  })
})

describe('errors', () => {
  test.each([
    ['no JSON', { headers: { 'content-type': 'application/json' }, body: '{' }, 400, 'invalid'],
    ['nothing', { headers: { 'content-type': 'application/json' } }, 400, 'invalid'],
    ['another type', { headers: { 'content-type': 'application/xml' }, body: '<line/>' }, 415, 'media_type'],
    [
      'too much',
      { headers: { 'content-type': 'application/json' }, body: `{"line":"${'x'.repeat(70_000)}"}` },
      413,
      'too_large',
    ],
    [
      'a prototype',
      { headers: { 'content-type': 'application/json' }, body: '{"__proto__":{"line":"mine"},"line":"mine"}' },
      400,
      'invalid',
    ],
  ])('a body that is %s', async (_what, sent, status, code) => {
    const dpop = await device.proof('POST', '/api/v1/commands', { token: device.tokens.access })
    const headers = { ...sent.headers, authorization: `DPoP ${device.tokens.access}`, dpop }
    const answer = await raw(`${device.base}/api/v1/commands`, { ...sent, method: 'POST', headers })
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json; charset=utf-8'])
    expect(JSON.parse(answer.text)).toMatchObject({ status, code, type: `urn:thand:problem:${code}` })
  })

  test('a field that is wrong is named', async () => {
    expect((await device.call('POST', '/api/v1/commands', { linee: 'mine', line: 'mine' })).body).toMatchObject({
      errors: [{ field: 'linee' }],
    })
    expect((await device.get('/sessions?all=maybe')).body).toMatchObject({ errors: [{ field: 'all' }] })
    expect((await device.get('/sessions?x=1')).body).toMatchObject({ errors: [{ field: 'x' }] })
  })

  test.each([
    ['nonsense', 400, 'unknown_word'],
    ['request github:org-admin 9h', 400, 'duration_over_cap'],
    ['request github:org-admon 9m', 404, 'role_unknown'],
    ['show req_00000000', 404, 'not_found'],
    ['end req_00000000', 404, 'not_found'],
  ])('“%s” is %i %s, in words', async (line, status, code) => {
    const { body } = await device.say(line)
    expect(body).toMatchObject({ status, code, detail: expect.stringMatching(/\w+ \w+/) })
  })

  test('what is not there is 404, in the same form', async () => {
    for (const at of ['/api/v1', '/api/v1/nothing', '/api/v1/sessions/x/y']) {
      const { status, headers } = await raw(`${device.base}${at}`)
      expect([at, status, headers['content-type']]).toEqual([at, 404, 'application/problem+json; charset=utf-8'])
    }
    expect((await device.call('DELETE', '/api/v1/sessions')).status).toBe(404)
  })

  test('a database that cannot be asked is 503, and says nothing of itself', async () => {
    await stage.sql`alter table device rename to device_gone`
    const { status, headers, text } = await device.get('/sessions')
    await stage.sql`alter table device_gone rename to device`
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect(text).not.toMatch(/relation|select|device_gone/)
    expect((await device.get('/sessions')).status).toBe(200)
  })
})

describe('looking', () => {
  test('C1 a device that looks changes nothing but which proofs were used', async () => {
    const rows = async () => {
      const all = await settled(stage.sql)
      return { ...all, delivery: all['delivery']?.split('\n').filter((row) => !row.includes('proof:')) }
    }
    const before = await rows()
    for (const { method, url } of routes.filter((each) => ['GET', 'HEAD'].includes(each.method)))
      expect((await device.call(method, url.replaceAll(/:\w+/g, 'req_00000000'))).status).toBeLessThan(405)
    expect(await rows()).toEqual(before)
  })

  test('a device ends itself, and another one of its person', async () => {
    const [one, other] = [await givenDevice(stage.world, 'U0BOB'), await givenDevice(stage.world, 'U0BOB')]
    const { body } = await one.get('/devices')
    expect(body).toMatchObject({
      devices: expect.arrayContaining([expect.objectContaining({ id: one.id, is_this: true })]),
    })
    expect(body['devices']).toHaveLength(2)
    expect((await one.call('DELETE', `/api/v1/devices/${other.id}`)).status).toBe(204)
    expect((await other.get('/devices')).status).toBe(401)
    expect((await one.call('DELETE', `/api/v1/devices/${one.id}`)).status).toBe(204)
    expect((await one.get('/devices')).status).toBe(401)
  })
})

describe('crowds', () => {
  test('C12 many who ask to be logged in are told to wait', async () => {
    const one = new DeviceClient(stage.world.server.url, await newDeviceKey())
    const all = await Promise.all(Array.from({ length: 40 }, () => one.ask()))
    const held = all.find(({ status }) => status === 429)
    expect(held?.body).toMatchObject({ status: 429, code: 'too_many_calls' })
    expect(Number(held?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(all.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(30)
  })

  test('C12 a device that calls without a pause is held back, and another is not', async () => {
    // The address has asked to log in too often by now; a server that starts has seen nobody.
    await stage.restart()
    const [one, other] = [await givenDevice(stage.world, 'U0SAM'), await givenDevice(stage.world, 'U0SUE')]
    const statuses: number[] = []
    for (let round = 0; round < 8; round++) {
      const some = await Promise.all(Array.from({ length: 40 }, () => one.get('/devices')))
      statuses.push(...some.map(({ status }) => status))
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0)
    expect((await other.get('/devices')).status).toBe(200)
  })
})

describe('keys and addresses of the server', () => {
  test('an embedded database brings a secret key, for its owner alone, and keeps it', async () => {
    const world = await givenWorld({ engine: 'embedded', env: { THAND_SECRET_KEY: '' } })
    const logged = await givenDevice(world, 'U0ANN')
    const file = path.join(world.directory, 'data', 'secret-key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')).toHaveLength(32)
    expect(world.log.join()).not.toContain(readFileSync(file, 'utf8').trim())
    await world.server.stop()
    await world.start()
    const again = new DeviceClient(world.server.url, logged.key)
    again.tokens = logged.tokens
    expect((await again.get('/devices')).body).toMatchObject({ devices: [{ id: logged.id, is_this: true }] })
    await world.close()
  })

  test('proofs name THAND_URL where it is set, path and all, and the page is under it', async () => {
    const url = 'https://thand.acme.example/access'
    const world = await givenWorld({ env: { THAND_URL: url } })
    const proxied = new DeviceClient(world.server.url, await newDeviceKey())
    const claims = { htu: `${url}/api/v1/token` }
    expect((await proxied.ask()).body).toMatchObject({ verification_uri: `${url}/device` })
    expect((await proxied.redeem('x', { claims })).body).toMatchObject({ error: 'invalid_grant' })
    expect((await proxied.redeem('x')).body).toMatchObject({ error: 'invalid_dpop_proof' })
    await world.close()
  })

  test('without THAND_URL the server is known by any name of this machine, at its own port', async () => {
    const { port } = new URL(stage.world.server.url)
    const local = new DeviceClient(`http://localhost:${port}`, await newDeviceKey())
    expect((await local.redeem('x')).body).toMatchObject({ error: 'invalid_grant' })
    const claims = { htu: `http://localhost:${Number(port) + 1}/api/v1/token` }
    expect((await local.redeem('x', { claims })).body).toMatchObject({ error: 'invalid_dpop_proof' })
  })
})
