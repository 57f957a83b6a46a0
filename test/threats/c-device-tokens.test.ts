import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeviceClient, newDeviceKey } from '../support/device-client.ts'
import { confirmed, givenAsking, givenDevice } from '../support/logged-in.ts'
import { eventually, givenStage, pause, type Stage } from './b-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await givenStage()
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const isLive = async (device: DeviceClient) => (await device.get('/sessions')).status === 200
const endedWhy = async (device: DeviceClient) =>
  (await stage.sql`select detail from audit_event where subject = ${device.id} and name = 'device_ended'`).map(
    (row) => row.detail.why,
  )

describe('tokens for a login', () => {
  test('they come to the key that asked, and to no other', async () => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    await confirmed(stage.world, 'U0ANN', userCode)
    const thief = new DeviceClient(device.base, await newDeviceKey())
    expect((await thief.redeem(deviceCode)).body).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect((await device.redeem(deviceCode, { proof: null })).body).toMatchObject({ error: 'invalid_dpop_proof' })
    expect((await device.redeem('x'.repeat(43))).body).toMatchObject({ error: 'invalid_grant' })
    const { body, headers } = await device.redeem(deviceCode)
    expect(body).toMatchObject({ token_type: 'DPoP', expires_in: 300, person: 'Ann' })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('who asks too fast is told to slow down, and more each time', async () => {
    const { device, deviceCode } = await givenAsking(stage.world)
    const askedAfter = async (seconds: number) => {
      const { thumbprint } = device.key
      await stage.sql`update device_login set polled_at = now() - make_interval(secs => ${seconds}) where thumbprint = ${thumbprint}`
      return (await device.redeem(deviceCode)).body['error']
    }
    expect((await device.redeem(deviceCode)).body['error']).toBe('authorization_pending')
    // As if it had asked a moment ago, or would in a moment: this machine may be slow itself.
    expect([await askedAfter(-60), await askedAfter(-60)]).toEqual(['slow_down', 'slow_down'])
    const [row] = await stage.sql`select interval_seconds from device_login where thumbprint = ${device.key.thumbprint}`
    expect(row?.interval_seconds).toBe(12)
    expect(await askedAfter(12)).toBe('authorization_pending')
  })

  test('of many at once one gets them', async () => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    await confirmed(stage.world, 'U0ANN', userCode)
    const all = await Promise.all(Array.from({ length: 8 }, () => device.redeem(deviceCode)))
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(400)])
  })

  test('the same proof serves once, also here', async () => {
    const { device, deviceCode } = await givenAsking(stage.world)
    const proof = await device.proof('POST', '/api/v1/token')
    expect((await device.redeem(deviceCode, { proof })).body).toMatchObject({ error: 'authorization_pending' })
    expect((await device.redeem(deviceCode, { proof })).body).toMatchObject({ error: 'invalid_dpop_proof' })
  })

  test('who logs in again with the same key has one device', async () => {
    const first = await givenDevice(stage.world, 'U0ANN')
    const again = await givenDevice(stage.world, 'U0ANN', first.key)
    expect(await isLive(again)).toBe(true)
    expect(await isLive(first)).toBe(false)
    expect(await endedWhy(first)).toEqual([`replaced_by:${again.id}`])
  })

  test.each([
    ['no key', '{}'],
    ['no JSON', 'x'],
    ['a shared secret', JSON.stringify({ kty: 'oct', k: 'A'.repeat(43) })],
    ['a point that is on no curve', JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) })],
    ['another curve', JSON.stringify({ kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) })],
    ['RSA', JSON.stringify({ kty: 'RSA', n: 'A'.repeat(43), e: 'AQAB' })],
    ['a private key', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), d: 'A'.repeat(43) })],
    ['a prototype', '{"__proto__":{"kty":"EC"}}'],
  ])('a device key that is %s is refused, and the field named', async (_what, device_key) => {
    const device = new DeviceClient(stage.world.server.url, await newDeviceKey())
    expect((await device.ask({ device_key })).body).toMatchObject({
      status: 400,
      error: 'invalid_request',
      errors: [{ field: 'device_key' }],
    })
  })

  test.each([
    [{ grant_type: 'password', client_id: 'thand' }, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token', client_id: 'other', refresh_token: 'x' }, 'invalid_client'],
    [{ grant_type: 'refresh_token', client_id: 'thand' }, 'invalid_request'],
    [
      { grant_type: 'refresh_token', client_id: 'thand', refresh_token: 'x', person: 'sam@acme.example' },
      'invalid_request',
    ],
  ])('A1 %o is %s', async (fields, error) => {
    const device = new DeviceClient(stage.world.server.url, await newDeviceKey())
    expect((await device.form('/api/v1/token', fields)).body).toMatchObject({ status: 400, error })
  })

  test('a parameter twice is none', async () => {
    const { status, json } = await fetch(`${stage.world.server.url}/api/v1/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token&client_id=thand&refresh_token=a&refresh_token=b',
    }).then(async (response) => ({ status: response.status, json: await response.json() }))
    expect([status, json]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
  })
})

describe('C14: what a thief can do with a copy', () => {
  test('C14 a proof that was seen is worth nothing, nor is a token without its key', async () => {
    const device = await givenDevice(stage.world, 'U0ANN')
    const proof = await device.proof('GET', '/api/v1/sessions', { token: device.tokens.access })
    expect((await device.get('/sessions', { proof })).status).toBe(200)
    expect((await device.get('/sessions', { proof })).body).toMatchObject({ status: 401, code: 'proof_replayed' })
    const thief = new DeviceClient(device.base, await newDeviceKey())
    thief.tokens = device.tokens
    expect((await thief.get('/sessions')).body).toMatchObject({ status: 401, code: 'proof_wrong' })
  })

  test('C14 the same proof at the same moment counts once', async () => {
    const device = await givenDevice(stage.world, 'U0ANN')
    const proof = await device.proof('POST', '/api/v1/commands', { token: device.tokens.access })
    const all = await Promise.all(Array.from({ length: 8 }, () => device.say('mine', { proof })))
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(401)])
  })

  test('C14 a refresh token without its key can neither be used nor end anything, not even when it was used before', async () => {
    const device = await givenDevice(stage.world, 'U0ANN')
    const old = device.tokens.refresh
    const thief = new DeviceClient(device.base, await newDeviceKey())
    expect((await thief.refresh(old)).body).toMatchObject({ error: 'invalid_grant' })
    device.keep(await device.refresh())
    expect((await thief.refresh(old)).body).toMatchObject({ error: 'invalid_grant' })
    expect(await isLive(device)).toBe(true)
    device.keep(await device.refresh())
    expect(await isLive(device)).toBe(true)
  })

  test('C14 a refresh token that comes a second time ends the device, and its owner is told', async () => {
    const device = await givenDevice(stage.world, 'U0SUE')
    const stolen = device.tokens.refresh
    device.keep(await device.refresh())
    expect((await device.refresh(stolen)).body).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect((await device.get('/sessions')).body).toMatchObject({ status: 401, code: 'device_ended' })
    expect((await device.refresh()).body).toMatchObject({ error: 'invalid_grant' })
    expect(await endedWhy(device)).toEqual(['refresh_token_reused'])
    await stage.world.until(
      'Sue is told',
      () =>
        [...stage.world.slack.messages.values()].some(
          (each) => each.channel === 'D0SUE' && /logged out.*copy/.test(stage.world.text(each)),
        ),
      60_000,
    )
  }, 90_000)

  test('C14 of two that use one refresh token at the same moment at most one is served, and the device ends', async () => {
    const device = await givenDevice(stage.world, 'U0SAM')
    const both = await Promise.all([device.refresh(), device.refresh()])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
    expect(await endedWhy(device)).toEqual(['refresh_token_reused'])
  })

  test('a refresh token serves for twelve hours, a device for seven days in all', async () => {
    const device = await givenDevice(stage.world, 'U0ANN')
    const left = async () => {
      const [row] =
        await stage.sql`select extract(epoch from alive_until - now())::float8 as left from device where id = ${device.id}`
      return Number(row?.left) / 3600
    }
    expect(await left()).toBeCloseTo(12, 1)
    await stage.sql`update device set bound_at = now() - interval '6 days 20 hours' where id = ${device.id}`
    device.keep(await device.refresh())
    expect(await left()).toBeCloseTo(4, 1)
    await stage.sql`update device set alive_until = now() where id = ${device.id}`
    expect(await isLive(device)).toBe(false)
    expect((await device.refresh()).body).toMatchObject({ error: 'invalid_grant' })
    expect(await stage.say('U0ANN', 'devices')).not.toContain(device.id)
  })

  test('C11 no code and no token is in a row, in the record or in the log', async () => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    await stage.say('U0ANN', 'login BBBB-BBBC')
    await confirmed(stage.world, 'U0ANN', userCode)
    device.keep(await device.redeem(deviceCode))
    const first = device.tokens
    device.keep(await device.refresh())
    await device.say('mine')
    await device.get('/sessions', { token: `${device.tokens.access}x` })
    const secrets = [
      deviceCode,
      userCode,
      userCode.replace('-', ''),
      'BBBB-BBBC',
      first.access,
      first.refresh,
      device.tokens.access,
      device.tokens.refresh,
    ]
    const tables = await stage.sql`select tablename as name from pg_tables where schemaname = 'public'`
    const rows = await Promise.all(tables.map(({ name }) => stage.sql`select t::text as row from ${stage.sql(name)} t`))
    const sinks = {
      rows: rows.flatMap((of) => of.map(({ row }) => String(row))).join('\n'),
      log: stage.world.log.join('\n'),
    }
    for (const sink of Object.values(sinks)) {
      expect(sink).toContain(device.id)
      expect(secrets.filter((secret) => sink.includes(secret))).toEqual([])
    }
  })
})

describe('while the platform cannot be asked', () => {
  test('A11 a device may look and end, and gets nothing new', async () => {
    const device = await givenDevice(stage.world, 'U0ANN')
    const id = String((await device.say('request github:team-sre 30m')).body['id'])
    // What is known of an account is at most 10 s old.
    stage.world.slack.faults.failNext('users.info', { kind: 'http500', times: 1000 })
    await eventually(
      'nobody to be vouched for',
      async () => {
        const { body } = await device.say('request github:org-admin 30m')
        if (body['code'] === 'directory_unavailable') return true
        await pause(500)
        await device.say(`cancel ${String(body['id'])}`)
        return false
      },
      60_000,
    )
    expect((await device.say('request github:org-admin 30m')).status).toBe(503)
    expect((await device.get('/sessions')).body).toMatchObject({
      sessions: expect.arrayContaining([expect.objectContaining({ id })]),
    })
    expect((await device.say(`cancel ${id}`)).status).toBe(200)
    stage.world.slack.faults.clear()
  }, 90_000)
})
