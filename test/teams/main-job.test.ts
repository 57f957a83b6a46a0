import { afterEach, describe, expect, test } from 'vitest'
import { actionsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import type { EngineName } from '../support/databases.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'

describe.each<EngineName>(['postgres', 'embedded'])('the main job in Teams on %s', (engine) => {
  let teams: TeamsWorld
  afterEach(async () => {
    const problems = [...teams.tenant.problems, ...teams.world.github.problems]
    await teams.close()
    expect(problems).toEqual([])
  })

  test('asked in a channel, approved by a press, owner at GitHub, and back to member when the time is up', async () => {
    teams = await givenTeams({ engine })
    const { tenant, client, world } = teams
    const { github, until } = world
    const asked = await client.say('ann', 'request github:org-admin 5s fix the billing page', { conversation: ACCESS })
    expect([asked.status, asked.text]).toEqual([200, ''])
    const id = await until('the answer', () => /req_[0-9a-z]{8}/.exec(teams.told('ann').join(' '))?.[0])
    const card = await teams.card(id)
    expect(card.conversation).toBe(ACCESS)
    expect(plainTextOf(card.card)).toContain('fix the billing page')
    expect(actionsOf(card.card).map(({ title }) => title)).toEqual(['Approve', 'Deny…'])
    const pressed = await client.press('sam', card, 'Approve')
    expect(pressed.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' })
    expect(actionsOf(client.viewOf('sam', card))).toEqual([])
    await until('the card says it', () => teams.everSaid(id).some((text) => /Ann is Organisation owner/.test(text)))
    await until('member again', () => github.journal.filter((entry) => entry.applied).length === 2)
    await until('the card says it', () => /Ended .*Ann is member again, checked at GitHub/.test(plainTextOf(card.card)))
    expect(github.roleOf('ann-acme')).toBe('member')
    await until('Ann is told', () => teams.told('ann').some((text) => text.includes('Ended')))
    const roots = tenant.messages.filter((each) => each.conversation === ACCESS && each.root === undefined)
    expect(roots).toHaveLength(1)
    expect(teams.thread(id).join(' ')).toMatch(/Sam/)
  })
})
