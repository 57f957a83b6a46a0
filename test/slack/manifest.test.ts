import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { slackManifest } from '../../bots/slack/manifest.ts'

const file = readFileSync(path.join(import.meta.dirname, '../../bots/slack/manifest.yaml'), 'utf8')

const SCOPES = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'groups:read',
  'im:history',
  'im:write',
  'reactions:read',
  'users:read',
  'users:read.email',
]
const EVENTS = ['app_home_opened', 'app_mention', 'message.im', 'reaction_added', 'reaction_removed', 'user_change']
const overHttp = parse(slackManifest({ by: 'http', url: 'https://thand.example.com' }))
const overSockets = parse(slackManifest({ by: 'socket' }))

test('C16: we ask for what this version answers, and for no right more', () => {
  for (const manifest of [overHttp, overSockets]) {
    expect(manifest.oauth_config.scopes).toEqual({ bot: SCOPES })
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(EVENTS)
    expect(Object.keys(manifest.features)).toEqual(['app_home', 'bot_user', 'shortcuts', 'slash_commands'])
    expect(manifest.features.shortcuts).toMatchObject([{ type: 'global', callback_id: 'thand:request' }])
    expect(manifest.settings.token_rotation_enabled).toBe(false)
  }
})

test('in Socket Mode no address stands in it, and nothing else differs', () => {
  const { interactivity, event_subscriptions: events, ...settings } = overSockets.settings
  expect(settings.socket_mode_enabled).toBe(true)
  expect(interactivity).toEqual({ is_enabled: true })
  expect(Object.keys(events)).toEqual(['bot_events'])
  expect(slackManifest({ by: 'socket' })).not.toMatch(/https?:|url/)
  const { url, ...command } = overHttp.features.slash_commands[0]
  expect(overSockets.features.slash_commands).toEqual([command])
  expect(url).toBe('https://thand.example.com/slack/events')
})

test('the file is what the program prints', () => {
  expect(file).toBe(slackManifest({ by: 'http', url: 'https://thand.example.com' }))
})

test('every address is the one endpoint of the server', () => {
  const addresses = slackManifest({ by: 'http', url: 'https://acme.example/thand/' }).match(/https:[^"]*/g)
  expect(addresses).toEqual(Array(4).fill('https://acme.example/thand/slack/events'))
})

test.each(['http://thand.example.com', 'thand', 'javascript:alert(1)'])('%s is no address for Slack', (url) => {
  expect(() => slackManifest({ by: 'http', url })).toThrow('https')
})
