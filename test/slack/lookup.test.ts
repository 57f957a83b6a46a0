import type { WebClient } from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLookup } from '../../bots/slack/lookup.ts'
import type { AccountRef } from '../../src/ports/chat.ts'
import type { SlackPerson } from '../doubles/slack/workspace.ts'
import { openStage, type Stage } from './stage.ts'

const sam = { name: 'Sam', email: 'Sam@Acme.example' }
const people: Record<string, SlackPerson> = {
  U0SAM: sam,
  U0BOT: { ...sam, isBot: true, deleted: true },
  U0GONE: { ...sam, email: 'gone@acme.example', deleted: true, isRestricted: true },
  U0EXT: { ...sam, team: 'T0EVIL', isStranger: true },
  U0NEAR: { ...sam, team: 'T0NEAR', isRestricted: true },
  U0GUEST: { ...sam, email: 'guest@acme.example', isRestricted: true, emailConfirmed: false },
  U0ULTRA: { ...sam, isUltraRestricted: true },
  U0INVITED: { ...sam, isInvited: true },
  U0UNSURE: { ...sam, emailConfirmed: false },
  U0MUTE: { name: 'Mute' },
}

let stage: Stage
let now = Date.now()
beforeEach(async () => {
  stage = await openStage({ workspace: { people }, clock: () => now })
})
afterEach(() => stage.close())

const ref = (account: string, tenant = 'T0ACME'): AccountRef => ({ platform: 'slack', tenant, account })
const find = (account: string, tenant?: string) => stage.platform.lookup.find(ref(account, tenant))
const asked = () => stage.slack.calls.filter(({ method }) => method === 'users.info').length

describe('A9, A10: what an account is', () => {
  test.each([
    ['U0BOT', 'bot'],
    ['U0THAND', 'bot'],
    ['U0GONE', 'deactivated'],
    ['U0EXT', 'stranger'],
    ['U0NEAR', 'other_workspace'],
    ['U0GUEST', 'guest'],
    ['U0ULTRA', 'guest'],
    ['U0INVITED', 'guest'],
    ['U0UNSURE', 'unconfirmed'],
  ])('%s is refused: %s', async (account, why) => {
    expect(await find(account)).toEqual({ kind: 'refused', why })
  })

  test('a member has a confirmed address, in lower case', async () => {
    expect(await find('U0SAM')).toEqual({ kind: 'member', address: 'sam@acme.example', displayName: 'Sam' })
    expect(await find('U0MUTE')).toEqual({ kind: 'member', address: undefined, displayName: 'Mute' })
  })

  test('the same id in another workspace is somebody else', async () => {
    await find('U0SAM')
    expect(await find('U0SAM', 'T0EVIL')).toEqual({ kind: 'refused', why: 'other_workspace' })
  })

  test('somebody whom Slack does not know is unknown; when Slack cannot be asked that is no answer', async () => {
    expect(await find('U0NONE')).toEqual({ kind: 'unknown' })
    stage.slack.faults.failNext('users.info', { kind: 'http500' })
    await expect(find('U0SAM')).rejects.toThrow()
    stage.slack.faults.failNext('users.info', { kind: 'error', error: 'invalid_auth' })
    await expect(find('U0SAM')).rejects.toThrow()
    expect((await find('U0SAM')).kind).toBe('member')
  })
})

test('facts are asked for once at a time, and are at most ten seconds old', async () => {
  await Promise.all([find('U0SAM'), find('U0SAM'), find('U0SAM')])
  expect(asked()).toBe(1)
  now += 9_999
  await find('U0SAM')
  expect(asked()).toBe(1)
  now += 1
  await find('U0SAM')
  expect(asked()).toBe(2)
})

describe('in an enterprise', () => {
  const user = { id: 'U0SAM', team_id: 'T0ONE', name: 'sam', profile: { email: 'sam@acme.example' } }
  const facts = (enterprise_id: string, tenant = 'E0ACME') => {
    const users = { info: async () => ({ ok: true, user: { ...user, enterprise_user: { enterprise_id } } }) }
    const client = { users } as unknown as WebClient
    return createLookup({ client, team: 'E0ACME', clock: () => now }).find(ref('U0SAM', tenant))
  }

  test('home is the enterprise, whatever the workspace', async () => {
    expect(await facts('E0ACME')).toMatchObject({ kind: 'member', address: 'sam@acme.example' })
    expect(await facts('E0EVIL')).toEqual({ kind: 'refused', why: 'other_workspace' })
    expect(await facts('E0ACME', 'T0ONE')).toEqual({ kind: 'refused', why: 'other_workspace' })
  })
})

test('an address finds a member, for a mention', async () => {
  const { findByAddress } = stage.platform.lookup
  expect(await findByAddress(' SAM@acme.example')).toBe('U0SAM')
  expect(await findByAddress('none@acme.example')).toBeUndefined()
  expect(await findByAddress('guest@acme.example')).toBeUndefined()
  stage.slack.faults.failNext('users.lookupByEmail', { kind: 'http500' })
  await expect(findByAddress('sue@acme.example')).rejects.toThrow()
})
