import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeviceClient, newDeviceKey } from '../support/device-client.ts'
import { answerCard, buttonOn, confirmed, givenAsking, givenDevice, NO, YES } from '../support/logged-in.ts'
import { eventually, givenStage, type Stage, saidIn } from './b-stage.ts'
import { markupIn } from './c-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await givenStage()
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

const type = (user: string, code: string) => stage.world.client.command(user, `login ${code}`)
const cardFor = async (user: string, code: string) => answerCard(user, await type(user, code))
const press = (user: string, card: ReturnType<typeof answerCard>, label = YES) =>
  stage.world.client.press(user, card, buttonOn(card, label))
const devices = async () => (await stage.sql`select id from device`).length
const named = async (name: string) =>
  (await stage.sql`select actor, detail from audit_event where name = ${name} order by seq`).map((row) => row.detail)
const stateOf = async (device: DeviceClient) =>
  (await stage.sql`select state from device_login where thumbprint = ${device.key.thumbprint}`).map((row) => row.state)

/** What was shown to this person alone, after the last thing they did. */
const lastShown = async (look: RegExp) => {
  const { responses, ephemerals } = stage.world.slack
  await stage.world.until(`${look}`, () => look.test(JSON.stringify([responses.at(-1), ephemerals.at(-1)])))
}

describe('C17: a code alone is worth nothing', () => {
  test('C17 a code typed in chat binds nothing, and its card says who asks, from where, and what not to do', async () => {
    const before = await devices()
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    const said = saidIn(await type('U0ANN', userCode))
    for (const words of [
      /“laptop”/,
      /“ann-mbp”/,
      /127\.0\.0\.1/,
      /UTC/,
      /own claims/,
      /started .*yourself|yourself .*started/,
      /Nobody ever sends you a code/,
    ])
      expect(said).toMatch(words)
    expect((await device.redeem(deviceCode)).body).toMatchObject({ error: 'authorization_pending' })
    expect(await devices()).toBe(before)
  })

  test('C17 what its buttons say is no line: typed, spoken by a device or pressed with another number, it binds nothing', async () => {
    const speaker = await givenDevice(stage.world, 'U0ANN')
    const before = await devices()
    const { device, userCode } = await givenAsking(stage.world)
    const card = await cardFor('U0ANN', userCode)
    for (const label of [YES, NO]) {
      const line = String(buttonOn(card, label).value)
      expect(await stage.say('U0ANN', line)).toMatch(/I do not know/)
      expect(await stage.say('U0SAM', line)).toMatch(/I do not know/)
      expect((await speaker.say(line)).status).toBe(400)
      const forged = { ...buttonOn(card, label), value: `${line.split(' ')[0]} ${'A'.repeat(22)}` }
      await stage.world.client.press('U0ANN', card, forged)
      await lastShown(/This card is over/)
    }
    expect(await devices()).toBe(before)
    expect(await stateOf(device)).toEqual(['asked'])
  })

  test('C17 only who was shown the card can answer it: another account changes nothing', async () => {
    const before = await devices()
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    const card = await cardFor('U0ANN', userCode)
    for (const label of [YES, NO]) {
      await press('U0BOB', card, label)
      await lastShown(/This card is over/)
    }
    expect(await devices()).toBe(before)
    expect((await named('device_refused')).at(-1)).toMatchObject({ account: 'U0BOB', shown_to: 'ann@acme.example' })
    await press('U0ANN', card)
    device.keep(await device.redeem(deviceCode))
    const [row] = await stage.sql`select person from device where id = ${device.id}`
    expect(row?.person).toBe('ann@acme.example')
  })

  test('C17 a card is answered once, and a delivery that comes twice binds once', async () => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    const before = await devices()
    const card = await cardFor('U0ANN', userCode)
    const delivered = await press('U0ANN', card)
    await stage.world.client.resend(delivered)
    for (const label of [YES, NO]) {
      await press('U0ANN', card, label)
      await lastShown(/This card is over/)
    }
    expect(await devices()).toBe(before + 1)
    expect((await device.redeem(deviceCode)).status).toBe(200)
    expect((await device.redeem(deviceCode)).body).toMatchObject({ error: 'invalid_grant' })
  })

  test('C17 the button works where Slack calls the answer a message of ours as well', async () => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    const card = { ...(await cardFor('U0ANN', userCode)), history: [], reactions: {} }
    await stage.world.client.press('U0ANN', card, buttonOn(card, YES))
    expect((await device.redeem(deviceCode)).body).toMatchObject({ person: 'Ann' })
  })

  test('C17 somebody else’s code: who types it second sees no card', async () => {
    const { userCode } = await givenAsking(stage.world)
    await cardFor('U0ANN', userCode)
    expect(await stage.say('U0BOB', `login ${userCode}`)).toMatch(/not valid/)
    expect(saidIn(await type('U0ANN', userCode))).toMatch(/Yes, this is me/)
  })

  test('C17 No refuses: the device is told, the card is over, and it is on the record', async () => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    const card = await cardFor('U0SAM', userCode)
    await press('U0SAM', card, NO)
    await lastShown(/Refused/)
    expect((await device.redeem(deviceCode)).body).toMatchObject({ error: 'access_denied' })
    await press('U0SAM', card, YES)
    await lastShown(/This card is over/)
    expect((await named('device_refused')).at(-1)).toMatchObject({ name: 'laptop', host: 'ann-mbp' })
  })

  test.each([
    [
      'used',
      async (code: string, device: DeviceClient, deviceCode: string) => {
        await confirmed(stage.world, 'U0SAM', code)
        device.keep(await device.redeem(deviceCode))
      },
    ],
    [
      'older than ten minutes',
      async (_code: string, device: DeviceClient) => {
        await stage.sql`update device_login set expires_at = now() where thumbprint = ${device.key.thumbprint}`
      },
    ],
  ])('C17 a code that is %s', async (_what, spend) => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    await spend(userCode, device, deviceCode)
    expect(await stage.say('U0SAM', `login ${userCode}`)).toMatch(/not valid/)
  })

  test('C17 a card that is older than ten minutes binds nothing', async () => {
    const { device, deviceCode, userCode } = await givenAsking(stage.world)
    const before = await devices()
    const card = await cardFor('U0ANN', userCode)
    await stage.sql`update device_login set expires_at = now() where thumbprint = ${device.key.thumbprint}`
    await press('U0ANN', card)
    await lastShown(/This card is over/)
    expect((await device.redeem(deviceCode)).body).toMatchObject({ error: 'expired_token' })
    expect(await devices()).toBe(before)
  })

  test.each([
    (code: string) => code.toLowerCase(),
    (code: string) => code.replace('-', ''),
    (code: string) => ` ${code.replace('-', ' ')} `,
    (code: string) => code.replace('-', '–'),
  ])('C17 a code is read however it is written: %s', async (write) => {
    const { userCode } = await givenAsking(stage.world)
    expect(saidIn(await type('U0ANN', write(userCode)))).toMatch(/Yes, this is me/)
  })
})

describe('C17: guessing', () => {
  test('C17 the sixth wrong code in ten minutes is not looked at, nor is a right one, however they come', async () => {
    const { userCode } = await givenAsking(stage.world)
    const wrong = (n: number) => `BBBB-BBB${'CDFGHJKLMNPQRSTVWXZ'.charAt(n)}`
    const said = await Promise.all(Array.from({ length: 15 }, (_, n) => stage.say('U0SUE', `login ${wrong(n)}`)))
    expect(said.filter((each) => /not valid/.test(each))).toHaveLength(5)
    expect(said.filter((each) => /5 wrong codes/.test(each))).toHaveLength(10)
    const record =
      await stage.sql`select detail from audit_event where name = 'code_wrong' and actor = 'sue@acme.example'`
    expect(record).toHaveLength(5)
    expect(await stage.say('U0SUE', `login ${userCode}`)).toMatch(/5 wrong codes/)
    await stage.sql`update wrong_codes set at = (select jsonb_agg(each::bigint - 600001) from jsonb_array_elements_text(at) each) where person = 'sue@acme.example'`
    expect(await stage.say('U0SUE', `login ${userCode}`)).toMatch(/Yes, this is me/)
  })

  test('C17 what is no code at all counts as a wrong one', async () => {
    const before = (await named('code_wrong')).length
    expect(await stage.say('U0BOB', `login ${'x'.repeat(3000)}`)).toMatch(/not valid/)
    expect((await named('code_wrong')).length).toBe(before + 1)
  })
})

describe('what a device says of itself', () => {
  test('C5 names are shown as they are written, and as nothing else', async () => {
    const device = new DeviceClient(stage.world.server.url, await newDeviceKey('EdDSA'))
    const name = 'x <!channel> <https://evil.example|Yes> *b*\u202e\u0000\n'
    const { body } = await device.ask({ device_name: name, host_name: '`h` & ${HOME} {{x}}' })
    const delivery = await type('U0ANN', String(body['user_code']))
    expect(markupIn(JSON.parse(delivery.text))).toEqual([])
    expect(saidIn(delivery)).toContain('<!channel>')
    await press('U0ANN', answerCard('U0ANN', delivery))
    await lastShown(/acts for you now/)
    expect(await stage.say('U0ANN', 'devices')).toContain('<https://evil.example|Yes>')
  })
})

describe('devices and logout in chat', () => {
  test('one sees and ends one’s own devices, and nobody else’s', async () => {
    const device = await givenDevice(stage.world, 'U0SAM')
    expect(await stage.say('U0SAM', 'devices')).toContain(device.id)
    expect(await stage.say('U0ANN', 'devices')).not.toContain(device.id)
    expect(await stage.say('U0ANN', `logout ${device.id}`)).toMatch(/no such device/)
    expect((await device.get('/sessions')).status).toBe(200)
    expect(await stage.say('U0SAM', `logout ${device.id.slice(0, -1)}`)).toContain(`/thand logout ${device.id}`)
    expect(await stage.say('U0SAM', `logout ${device.id.toUpperCase()}`)).toMatch(/Logged out/)
    expect((await device.get('/sessions')).body).toMatchObject({ status: 401, code: 'device_ended' })
    expect((await device.refresh()).body).toMatchObject({ error: 'invalid_grant' })
    expect(await stage.events(device.id)).toEqual(['device_bound', 'device_ended'])
  })

  test('A13 the devices of somebody whom the platform deactivates are logged out, without their doing anything', async () => {
    const device = await givenDevice(stage.world, 'U0BOB')
    const { people } = stage.world.slack
    const before = people['U0BOB']
    if (before === undefined) throw new Error('no Bob')
    people['U0BOB'] = { ...before, deleted: true }
    await eventually('Bob is asked about', async () => {
      await stage.world.client.event({ type: 'user_change', user: { id: 'U0BOB' }, cache_ts: 1 })
      return (await stage.events(device.id)).includes('device_ended')
    })
    people['U0BOB'] = before
    expect((await device.get('/sessions')).body).toMatchObject({ status: 401, code: 'device_ended' })
  })
})
