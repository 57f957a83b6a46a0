import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { slackManifest } from '../../bots/slack/manifest.ts'

const file = readFileSync(path.join(import.meta.dirname, '../../bots/slack/manifest.yaml'), 'utf8')

test('C16: we ask for what this version answers, and for no right more', () => {
  const manifest = parse(slackManifest('https://thand.example.com'))
  expect(manifest.oauth_config.scopes).toEqual({
    bot: [
      'commands',
      'chat:write',
      'im:write',
      'reactions:read',
      'users:read',
      'users:read.email',
      'channels:read',
      'groups:read',
    ],
  })
  expect(manifest.settings.event_subscriptions.bot_events).toEqual([
    'reaction_added',
    'reaction_removed',
    'user_change',
  ])
  expect(Object.keys(manifest.features)).toEqual(['bot_user', 'app_home', 'slash_commands'])
})

test('the file is what the program prints', () => {
  expect(file).toBe(slackManifest('https://thand.example.com'))
})

test('every address is the one endpoint of the server', () => {
  const addresses = slackManifest('https://acme.example/thand/').match(/https:[^"]*/g)
  expect(addresses).toEqual(Array(3).fill('https://acme.example/thand/slack/events'))
})

test.each(['http://thand.example.com', 'thand', 'javascript:alert(1)'])('%s is no address for Slack', (url) => {
  expect(() => slackManifest(url)).toThrow('https')
})
