import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainTextOf } from '../doubles/teams/reading.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'

let teams: TeamsWorld
beforeAll(async () => {
  teams = await givenTeams({
    change: (yaml) => yaml.replace('limits: { ', 'limits: { commands_per_minute: 1000, pending_per_person: 100, '),
  })
})
afterAll(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

const named = (text: string, name: string, id = '29:1-somebody') => ({
  type: 'mention',
  text,
  mentioned: { id, name },
})
const us = () => named('<at>Thand</at>', 'Thand', `28:${teams.tenant.appId}`)

let minutes = 10
async function reasonOf(reason: string, entities: readonly unknown[]): Promise<string> {
  minutes += 1
  const before = teams.told('ann').length
  const extra = { text: `request github:team-sre ${minutes}m ${reason}`, entities }
  expect((await teams.client.say('ann', '', { extra })).status).toBe(200)
  const asked = () => /req_[0-9a-z]{8}/.exec(teams.told('ann').slice(before).join(' '))?.[0]
  const [, said = ''] = plainTextOf((await teams.card(await teams.world.until('asked', asked))).card).split('\n')
  return said
}

describe('C5: who is named in a line is put where their mark is, and nowhere else', () => {
  test.each([
    ['a word', 'a'],
    ['an open mark', '<at>'],
    ['a mark with more behind it', '<at>Sam</at> banana'],
    ['two marks', '<at>Sam</at><at>Sam</at>'],
  ])('%s is no mark', async (_what, mark) => {
    expect(await reasonOf('for banana', [named(mark, 'somebody else')])).toBe('for banana')
  })

  test('a name is what it is, whatever its signs mean elsewhere', async () => {
    const entities = [named('<at>Sam</at>', '$& $` $1 $$')]
    expect(await reasonOf('with <at>Sam</at> there', entities)).toBe('with @$& $` $1 $$ there')
  })

  test('the name of one is no mark of another', async () => {
    const entities = [named('<at>Sam</at>', '<at>Sue</at>'), named('<at>Sue</at>', 'somebody else')]
    expect(await reasonOf('with <at>Sam</at> there', entities)).not.toContain('somebody else')
  })

  test('a name is cut where no name is so long', async () => {
    const said = await reasonOf('with <at id="1">Sam</at> there', [named('<at id="1">Sam</at>', 'x'.repeat(5_000))])
    expect(said).toMatch(/^with @x{50,100} there$/)
  })

  test('where two are marked alike, and one of them is us, ours is no name', async () => {
    const entities = [named('<at>Thand</at>', 'Thand'), us()]
    expect(await reasonOf('with <at>Thand</at> there', entities)).toBe('with there')
  })
})

test.each([
  ['a letter', 'a', 'a'],
  ['a mark', '<at>a</at>', '<at>a</at>'],
])('C5: a body of %s over and over is answered, whatever it would grow to', async (_what, letter, mark) => {
  const text = letter.repeat(Math.floor(200_000 / letter.length))
  const before = teams.told('ann').length
  const extra = { text, entities: [named(mark, 'x'.repeat(30_000))] }
  expect((await teams.client.say('ann', '', { extra })).status).toBe(200)
  await teams.world.until('an answer', () => teams.told('ann').length > before)
})

test('the longest reason arrives, however Teams writes its signs', async () => {
  expect(await reasonOf('&quot;'.repeat(2_000), [])).toMatch(/^"{1990,2000}/)
})
