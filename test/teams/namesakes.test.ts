import { afterEach, expect, test } from 'vitest'
import { cardShape } from '../doubles/teams/card-rules.ts'
import { ACCESS } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'
import { TEAMS_PEOPLE } from '../support/world.ts'

let teams: TeamsWorld
afterEach(async () => {
  const { problems } = teams.tenant
  await teams.close()
  expect(problems).toEqual([])
})

/** Who is called by each mark that stands in a card. */
function calledIn(card: unknown): readonly (readonly [mark: string, member: string])[] {
  const { body, msteams } = cardShape.parse(card)
  const marks = body.flatMap((each) => (each.type === 'TextBlock' ? (each.text.match(/<at>[^<]*<\/at>/g) ?? []) : []))
  return marks.flatMap((mark) =>
    (msteams.entities ?? []).flatMap(({ text, mentioned }) => (text === mark ? [[mark, mentioned.id] as const] : [])),
  )
}

test.each([
  ['two of one name', ['Sam', 'Sam'], ['<at>Sam</at>', '<at>Sam (2)</at>']],
  ['names that differ in signs that a mark cannot have', ['Sa_m', 'Sa~m'], ['<at>Sa m</at>', '<at>Sa m (2)</at>']],
  ['one whose name is what the other would be called', ['Sam', 'Sam (2)'], ['<at>Sam</at>', '<at>Sam (2)</at>']],
])('those who decide are each called: %s', async (_what, [sam, sue], marks) => {
  const people = {
    ...TEAMS_PEOPLE,
    sam: { ...TEAMS_PEOPLE.sam, name: String(sam) },
    sue: { ...TEAMS_PEOPLE.sue, name: String(sue) },
  }
  teams = await givenTeams({
    tenantOptions: { people },
    change: (yaml) => yaml.replace('{ name: Sam,', `{ name: "${sam}",`).replace('{ name: Sue,', `{ name: "${sue}",`),
  })
  const { tenant, world } = teams
  // Whom an address means is known once we are where they are.
  await teams.client.install('sam', { conversation: ACCESS })
  const root = await teams.card(await teams.ask('ann', 'github:team-sre 30m'))
  const inThread = () => tenant.messages.filter((each) => each.conversation === ACCESS && each.root === root.id)
  const call = await world.until('the call', () => inThread().find(({ card }) => calledIn(card).length > 0), 15_000)
  const called = calledIn(call.card)
  expect(called.map(([mark]) => mark)).toEqual(marks)
  const [one, other] = called.map(([, member]) => tenant.personOf(member))
  expect([one, other].toSorted()).toEqual(['sam', 'sue'])
})
