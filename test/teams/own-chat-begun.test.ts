import { afterEach, describe, expect, test } from 'vitest'
import type { TeamsFault } from '../doubles/teams/faults.ts'
import { plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

const inChannel = () =>
  teams.tenant.messages.filter((each) => each.conversation === ACCESS).map((each) => plainTextOf(each.card))

describe('an answer is not lost while the chat with somebody is begun', () => {
  const faults: readonly (readonly [string, TeamsFault, number])[] = [
    ['too fast', { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterSeconds: 1 }, 2],
    ['too fast, by the other word', { kind: 'status', status: 412, code: 'PreconditionFailed' }, 1],
    ['an error of theirs', { kind: 'status', status: 503 }, 2],
    ['cut before it was begun', { kind: 'reset_before' }, 1],
    ['cut after it was begun', { kind: 'reset_after' }, 1],
  ]
  test.each(faults)('%s', async (_what, fault, times) => {
    teams = await givenTeams()
    teams.tenant.faults.next('create', fault, times)
    await teams.client.say('ann', 'mine', { conversation: ACCESS })
    await teams.world.until('the answer', () => teams.told('ann').length > 0)
    expect(teams.told('ann')).toHaveLength(1)
    expect(inChannel()).toEqual([])
  })

  test('it cannot be begun, and saying so comes too fast: it is said later', async () => {
    teams = await givenTeams()
    const { faults } = teams.tenant
    faults.next('create', { kind: 'status', status: 403, code: 'ForbiddenOperationException' })
    faults.next('send', { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterSeconds: 1 }, 2)
    await teams.client.say('ann', 'mine', { conversation: ACCESS })
    const [said] = await teams.world.until('the words', () => (inChannel().length > 0 ? inChannel() : undefined))
    expect(said).toContain('I answer in our own chat, and could not open it')
    expect(teams.told('ann')).toEqual([])
  })
})
