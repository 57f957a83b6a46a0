import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { credentialsOf, givenCredentialStage, pull, pulled, storyOf, tokenIn } from '../support/credential-stage.ts'
import type { DeviceClient } from '../support/device-client.ts'
import { readWith } from '../support/github-app.ts'
import { givenDevice } from '../support/logged-in.ts'
import { eventually, type Stage, writesOf } from '../threats/b-stage.ts'

describe('a credential from asking to its end', () => {
  let stage: Stage
  let ann: DeviceClient
  beforeAll(async () => {
    stage = await givenCredentialStage()
    ann = await givenDevice(stage.world, 'U0ANN')
  })
  afterAll(async () => {
    const { slack, github } = stage.world
    const problems = [...slack.problems, ...github.problems]
    await stage.close()
    expect(problems).toEqual([])
  })

  test('a role that is a token alone is active at once, and its token works on its repository only', async () => {
    const id = await stage.ask('U0ANN', 'github:read-web 30m look at the build')
    await stage.reach(id, 'active')
    const { started_at: startedAt, expires_at: expiresAt } = await stage.grantOf(id)
    expect(Number(expiresAt) - Number(startedAt)).toBe(30 * 60_000)
    const answer = await pull(ann, id)
    const token = tokenIn(answer)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      id,
      number: expect.any(Number),
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
      environment: expect.objectContaining({ GH_TOKEN: token, GITHUB_TOKEN: token }),
      git: { host: new URL(stage.github.url).host, username: 'x-access-token', password: token },
    })
    expect(await readWith(stage.github, token)).toBe(200)
    expect(await readWith(stage.github, token, 'api')).toBe(404)
    await ann.say(`end ${id}`)
    await stage.reach(id, 'revoked')
    expect(await readWith(stage.github, token)).toBe(401)
    expect(await storyOf(stage, id)).toEqual([
      ...['grant_planned', 'grant_prepared', 'grant_granting', 'grant_active'],
      ...['credential_intended', 'credential_issued'],
      ...['grant_revoking', 'credential_withdrawn', 'grant_revoked'],
    ])
    expect(writesOf(stage.github)).toEqual(['DELETE token'])
    expect(await credentialsOf(stage, id)).toMatchObject([{ state: 'dead', receipt: null, keyId: null }])
  })

  test('a token alone that nobody used ends at once, and says that nothing was made', async () => {
    const id = await stage.ask('U0ANN', 'github:read-web 2s')
    await stage.reach(id, 'revoked')
    expect(await storyOf(stage, id)).toEqual([
      ...['grant_planned', 'grant_prepared', 'grant_granting', 'grant_active', 'grant_revoking', 'grant_revoked'],
    ])
    const shown = () => [...stage.world.slack.messages.values()].map((each) => stage.world.text(each))
    await eventually('the card', async () =>
      shown().some((text) => text.includes(id) && /no credential for Read the web repository was taken/.test(text)),
    )
  })

  test('a membership and a token begin and end together', async () => {
    const id = await stage.give('U0ANN', 'github:sre-and-web 30m')
    await stage.reach(id, 'active')
    await eventually('the card', async () => /Credentials: contents read on web/.test(stage.cardText(id)))
    expect(stage.cardText(id)).toMatch(/GitHub has no end of its own: Thand takes it back/)
    expect(stage.cardText(id)).toMatch(/taken back at the end/)
    const token = await pulled(ann, id)
    expect([await readWith(stage.github, token), stage.github.state.teams['sre']?.['ann-acme']]).toEqual([
      200,
      'member',
    ])
    await stage.say('U0SAM', `end ${id}`)
    await stage.reach(id, 'revoked')
    expect([await readWith(stage.github, token), stage.github.state.teams['sre']?.['ann-acme']]).toEqual([
      401,
      undefined,
    ])
    await eventually('the card', async () => /Ended .* checked at GitHub/.test(stage.cardText(id)))
  })

  test('the holder is told how to use it, in the session and on the card, and the channel is not', async () => {
    const id = await stage.give('U0ANN', 'github:sre-and-web 20m')
    await stage.reach(id, 'active')
    const { body } = await ann.get(`/sessions/${id}`)
    expect(body).toMatchObject({ has_credentials: true, target: expect.stringContaining('contents read on web') })
    const use = `thand run ${id} -- <command>`
    const shown = () => [...stage.world.slack.messages.values()].filter((each) => stage.world.text(each).includes(use))
    await eventually('the holder’s card', async () => shown().length > 0)
    expect(shown().map(({ channel }) => channel)).not.toContain('C0ACCESS')
  })
})

test('on the embedded database too, with a key that it makes for itself', async () => {
  const { givenWorld } = await import('../support/world.ts')
  const { ENV, GITHUB, yamlWithTokens } = await import('../support/credential-stage.ts')
  const world = await givenWorld({
    engine: 'embedded',
    github: GITHUB,
    yaml: yamlWithTokens,
    env: { ...ENV, THAND_SECRET_KEY: '' },
  })
  try {
    const ann = await givenDevice(world, 'U0ANN')
    const id = String((await ann.say('request github:read-web 30m')).body['id'])
    await eventually('active', async () => (await ann.get(`/sessions/${id}`)).body['state'] === 'active')
    const token = await pulled(ann, id)
    expect(await readWith(world.github, token)).toBe(200)
    await world.server.stop()
    await world.start()
    const again = await givenDevice(world, 'U0ANN')
    await again.say(`end ${id}`)
    await eventually('revoked', async () => (await again.get(`/sessions/${id}`)).body['state'] === 'revoked')
    expect(await readWith(world.github, token)).toBe(401)
  } finally {
    await world.close()
  }
})
