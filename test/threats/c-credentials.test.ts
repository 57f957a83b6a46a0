import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { credentialsOf, givenCredentialStage, pull, pulled, tokenIn } from '../support/credential-stage.ts'
import { type DeviceClient, newDeviceKey } from '../support/device-client.ts'
import { APP_KEY, readWith } from '../support/github-app.ts'
import { givenDevice } from '../support/logged-in.ts'
import { eventually, type Stage } from './b-stage.ts'
import { shownIn } from './c-stage.ts'

let stage: Stage
let ann: DeviceClient
let bob: DeviceClient
beforeAll(async () => {
  stage = await givenCredentialStage()
  ann = await givenDevice(stage.world, 'U0ANN')
  bob = await givenDevice(stage.world, 'U0BOB')
})
afterAll(async () => {
  const { slack, github } = stage.world
  const problems = [...slack.problems, ...github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

async function active(line = 'github:sre-and-web 30m'): Promise<string> {
  const id = await stage.give('U0ANN', line)
  await stage.reach(id, 'active')
  return id
}

const codeOf = ({ status, body }: Awaited<ReturnType<typeof pull>>) => [status, body['code']]

describe('C14: who gets a credential', () => {
  test('C14: another person is told that there is nothing, also who approved it', async () => {
    const id = await active()
    const sam = await givenDevice(stage.world, 'U0SAM')
    const strange = await pull(ann, 'req_00000000')
    for (const device of [bob, sam]) {
      const answer = await pull(device, id)
      expect(codeOf(answer)).toEqual([404, 'not_found'])
      expect(answer.body['detail']).toBe(strange.body['detail'])
    }
    expect(await credentialsOf(stage, id)).toEqual([])
  })

  test('C14: another device of the same person gets one of its own', async () => {
    const id = await active()
    const second = await givenDevice(stage.world, 'U0ANN')
    const tokens = [await pulled(ann, id), await pulled(second, id)]
    expect(tokens[0]).not.toBe(tokens[1])
    for (const token of tokens) expect(await readWith(stage.github, token)).toBe(200)
  })

  test('C14: a device that was logged out, a token without its key, and no token at all, get nothing', async () => {
    const id = await active()
    const gone = await givenDevice(stage.world, 'U0ANN')
    await stage.say('U0ANN', `logout ${gone.id}`)
    const thief = await newDeviceKey()
    const path = `/api/v1/sessions/${id}/credentials`
    const answers = [
      await pull(gone, id),
      await ann.call('POST', path, undefined, { key: thief }),
      await ann.call('POST', path, undefined, { token: null }),
      await ann.call('POST', path, undefined, { proof: null }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    expect(await credentialsOf(stage, id)).toEqual([])
  })

  test('C14: a proof that is played again brings no second one', async () => {
    const id = await active()
    const path = `/api/v1/sessions/${id}/credentials`
    const proof = await ann.proof('POST', path, { token: ann.tokens.access })
    const [first, again] = [
      await ann.call('POST', path, undefined, { proof }),
      await ann.call('POST', path, undefined, { proof }),
    ]
    expect([first.status, again.status]).toEqual([200, 401])
    expect(await credentialsOf(stage, id)).toHaveLength(1)
  })

  test('C14: before the access is active, and where the right is on the person’s own account, there is none', async () => {
    const pending = await stage.ask('U0ANN', 'github:sre-and-web 17m')
    expect(codeOf(await pull(ann, pending))).toEqual([409, 'not_active_yet'])
    await stage.say('U0SAM', `deny ${pending}`)
    expect(codeOf(await pull(ann, pending))).toEqual([410, 'access_ended'])
    const own = await active('github:team-sre 30m')
    expect(codeOf(await pull(ann, own))).toEqual([409, 'no_credential'])
  })

  test('C14: after the end there is none, and what was given before fails', async () => {
    const id = await active('github:sre-and-web 30m')
    const token = await pulled(ann, id)
    await stage.expire(id)
    await stage.reach(id, 'revoked')
    expect(codeOf(await pull(ann, id))).toEqual([410, 'access_ended'])
    expect(await readWith(stage.github, token)).toBe(401)
    expect(await credentialsOf(stage, id)).toHaveLength(1)
  })

  test('C14: the time is over and nobody has noticed yet: none', async () => {
    const id = await active()
    await stage.sql`update access_grant set expires_at = now() - interval '1 second' where id = ${id}`
    expect(codeOf(await pull(ann, id))).toEqual([410, 'access_ended'])
    await stage.reach(id, 'revoked')
    expect(await credentialsOf(stage, id)).toEqual([])
  })
})

describe('C14: how many', () => {
  test('C14: of eight that ask at the same moment five get one, and the sixth is told when', async () => {
    const id = await active()
    const answers = await Promise.all(Array.from({ length: 8 }, () => pull(ann, id)))
    const tokens = answers.filter(({ status }) => status === 200).map(tokenIn)
    expect(new Set(tokens).size).toBe(5)
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.map(codeOf)).toEqual(Array.from({ length: 3 }, () => [429, 'too_many_credentials']))
    expect(refused[0]?.body).toMatchObject({
      detail: expect.stringMatching(/^5 credentials/),
      hint: expect.stringMatching(/at \d\d:\d\d UTC/),
    })
    await ann.say(`end ${id}`)
    await stage.reach(id, 'revoked')
    for (const token of tokens) expect(await readWith(stage.github, token)).toBe(401)
  })

  test('C14: what is given back is dead at GitHub while the access lasts, and makes room; nobody else gives it back', async () => {
    const id = await active()
    const answer = await pull(ann, id)
    const { number } = answer.body
    const path = `/api/v1/sessions/${id}/credentials/${number}`
    expect(codeOf(await bob.call('DELETE', path))).toEqual([404, 'not_found'])
    expect(codeOf(await ann.call('DELETE', `/api/v1/sessions/${await active()}/credentials/${number}`))).toEqual([
      404,
      'not_found',
    ])
    expect(await readWith(stage.github, tokenIn(answer))).toBe(200)
    for (const _ of ['once', 'twice']) expect((await ann.call('DELETE', path)).status).toBe(204)
    await eventually('dead', async () => (await readWith(stage.github, tokenIn(answer))) === 401)
    await eventually('seen dead', async () => (await credentialsOf(stage, id))[0]?.state === 'dead')
    expect((await stage.grantOf(id)).state).toBe('active')
    for (let n = 0; n < 5; n++) expect((await pull(ann, id)).status).toBe(200)
  })

  test('C14: one of unknown outcome counts as long as it may work', async () => {
    const id = await active()
    const lost = { kind: 'reset', apply: true } as const
    stage.github.faults.next({ method: 'POST', path: /access_tokens$/ }, lost, 3)
    for (const _ of [1, 2, 3]) expect((await pull(ann, id)).status).toBe(503)
    for (const _ of [1, 2]) await pulled(ann, id)
    expect(codeOf(await pull(ann, id))).toEqual([429, 'too_many_credentials'])
    await stage.sql`update credential set works_until = now() where grant_id = ${id} and state = 'unknown'`
    await pulled(ann, id)
  })
})

describe('C11: a token is seen by its holder alone', () => {
  const looks = (secret: string) => [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ]

  test('C11: it is in no log, row, card or request, neither while it lives nor after', async () => {
    const id = await active('github:sre-and-web 30m')
    const token = await pulled(ann, id)
    const isIn = (text: string) => [...looks(token), APP_KEY.slice(200, 260)].filter((look) => text.includes(look))
    const sinks = async () => ({
      log: stage.world.log.join('\n'),
      rows: await dumpOf(stage),
      shown: JSON.stringify(shownIn(stage.world.slack)),
      requests: JSON.stringify(stage.github.journal.map(({ path, query, body }) => [path, query, body])),
      sessions: (await ann.get('/sessions?all=true')).text,
    })
    stage.github.faults.next(
      { method: 'DELETE', path: /token$/ },
      { kind: 'status', status: 500, message: `no ${token}` },
    )
    const living = await sinks()
    const [row] = await credentialsOf(stage, id)
    expect(Buffer.from(String(row?.receipt), 'base64').includes(Buffer.from(token.slice(0, 8)))).toBe(false)
    await ann.say(`end ${id}`)
    await stage.reach(id, 'revoked')
    for (const sink of [living, await sinks()])
      for (const [name, text] of Object.entries(sink)) {
        expect(text.length, name).toBeGreaterThan(20)
        expect(isIn(text), name).toEqual([])
      }
    expect(stage.world.log.join('\n')).toMatch(/withdrawal_failed/)
  })

  test('C11: a receipt beside another row opens nothing, and the other row’s token is never touched', async () => {
    const [one, other] = [await active('github:sre-and-web 30m'), await active('github:sre-and-web 29m')]
    const [token, kept] = [await pulled(ann, one), await pulled(ann, other)]
    await stage.sql`update credential set receipt = (select receipt from credential where grant_id = ${other})
      where grant_id = ${one}`
    await ann.say(`end ${one}`)
    await eventually('a try', async () => (await credentialsOf(stage, one))[0]?.lastError !== null)
    expect((await stage.grantOf(one)).state).toBe('revoking')
    expect([await readWith(stage.github, token), await readWith(stage.github, kept)]).toEqual([200, 200])
  })
})

/** Every row of every table. */
async function dumpOf({ sql }: Stage): Promise<string> {
  const tables = await sql`select tablename as name from pg_tables where schemaname = 'public'`
  const rows = await Promise.all(tables.map(({ name }) => sql`select t::text as row from ${sql(name)} t`))
  return rows.flatMap((of) => of.map(({ row }) => String(row))).join('\n')
}
