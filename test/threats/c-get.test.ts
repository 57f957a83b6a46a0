import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { givenStage, type Stage, yamlWith } from './b-stage.ts'
import { callsBut, commandBody, raw, settled, signed } from './c-stage.ts'

let stage: Stage
let pending: string
const routes: string[] = []

/** Fastify tells of every server that is made: what it routes is heard from itself, whoever added it. */
function collect(message: unknown): void {
  const { fastify } = message as { readonly fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push(`${each} ${url}`)
  })
}

beforeAll(async () => {
  subscribe('fastify.initialization', collect)
  stage = await givenStage({ yaml: (github) => yamlWith(github, { quorum: 2 }) })
  unsubscribe('fastify.initialization', collect)
  pending = await stage.ask('U0ANN', 'github:org-admin 30m because')
  await stage.world.until('its card', () => stage.cardText(pending) !== '')
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

/** What the double of GitHub and of Slack have been asked, and every row. */
async function everything() {
  const { slack } = stage.world
  return { rows: await settled(stage.sql), github: stage.github.journal.length, slack: callsBut('U0ANN', slack) }
}

describe('C1: nothing happens by looking', () => {
  test('the routes are those of the server', () => {
    expect(routes).toEqual(expect.arrayContaining(['GET /healthz', 'HEAD /healthz', 'POST /slack/events']))
  })

  test('no GET and no HEAD of any route changes a row or calls anybody, whatever its query asks for', async () => {
    const { url } = stage.world.server
    const said = `approve ${pending}`
    const asks = [
      { id: pending, action: 'approve', text: said },
      { command: '/thand', text: said, user_id: 'U0SAM', team_id: 'T0ACME', channel_id: 'C0ACCESS' },
      { payload: JSON.stringify({ type: 'block_actions', user: { id: 'U0SAM' }, actions: [{ value: said }] }) },
      { _method: 'POST', ssl_check: '1', challenge: 'c', __proto__: pending },
    ].map((query) => `?${new URLSearchParams(query)}`)
    const known = routes.map((route) => route.split(' ')[1] ?? '/').map((at) => at.replaceAll(/[:*]\w*/g, pending))
    const guessed = ['approve', 'requests', 'deny', 'end', 'api/v1/commands'].map((verb) => `/${verb}/${pending}`)
    const before = await everything()
    for (const at of new Set([...known, ...guessed, '/'])) {
      for (const query of ['', ...asks]) {
        for (const method of ['GET', 'HEAD']) {
          const headers = { 'x-http-method-override': 'POST', 'user-agent': 'Slackbot-LinkExpanding 1.0' }
          expect((await raw(`${url}${at}${query}`, { method, headers })).status, `${method} ${at}`).toBeLessThan(500)
        }
      }
    }
    expect(await everything()).toEqual(before)
  })

  test('nor does one that is signed as Slack signs', async () => {
    const before = await everything()
    const { url } = stage.world.server
    for (const text of [`approve ${pending}`, `deny ${pending}`]) {
      const body = commandBody(text)
      const headers = { ...signed(stage, body), 'content-length': body.length }
      expect((await raw(`${url}/slack/events?${body}`, { headers: signed(stage, '') })).status).toBe(404)
      expect((await raw(`${url}/slack/events`, { headers, body })).status).toBe(404)
    }
    expect(await everything()).toEqual(before)
  })
})
