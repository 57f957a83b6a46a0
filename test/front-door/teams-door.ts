import { actionsOf, plainTextOf } from '../doubles/teams/reading.ts'
import { ACCESS, type TeamsMessage } from '../doubles/teams/tenant.ts'
import { givenTeams, type TeamsWorldOptions } from '../support/teams-world.ts'
import type { Door, Name } from './door.ts'

export async function teamsDoor(options: TeamsWorldOptions): Promise<Door> {
  const teams = await givenTeams(options)
  const { tenant, client, world } = teams
  const textsOf = (each: TeamsMessage) => [...each.history, each.card].map(plainTextOf)
  const roots = () =>
    tenant.messages.filter((each) => each.conversation === ACCESS && each.root === undefined && !each.isDeleted)
  const found = (id: string) => roots().findLast((each) => textsOf(each).some((text) => text.includes(id)))
  const message = (id: string) => world.until(`the card of ${id}`, () => found(id))
  const direct = (person: Name) => tenant.messages.filter((each) => each.conversation === tenant.personal.get(person))
  const pressOn = async (
    person: Name,
    target: TeamsMessage,
    button: string,
    values: Readonly<Record<string, string>> = {},
  ) => {
    const { body } = await client.press(person, target, button, values)
    const { type, value } = body as { readonly type: string; readonly value: unknown }
    return type.endsWith('.message') ? String(value) : plainTextOf(value)
  }
  const newest = (person: Name, button: string) =>
    world.until(`${button} for ${person}`, () =>
      direct(person).findLast((each) => actionsOf(client.viewOf(person, each)).some(({ title }) => title === button)),
    )
  const SEND = { 'Deny…': 'Deny', Extend: 'Ask' } as Readonly<Record<string, string>>
  const formOn = async (
    person: Name,
    target: TeamsMessage,
    button: string,
    values: Readonly<Record<string, string>>,
  ) => {
    await pressOn(person, target, button)
    return pressOn(person, target, SEND[button] ?? button, values)
  }
  return {
    platform: 'teams',
    world,
    async say(person, line) {
      const before = direct(person).length
      await client.say(person, line)
      return plainTextOf((await world.until('the answer', () => direct(person)[before])).card)
    },
    ask: teams.ask,
    async card(id) {
      const { card } = await message(id)
      return { text: plainTextOf(card), buttons: actionsOf(card).map(({ title }) => title) }
    },
    everSaid: (id) =>
      tenant.messages
        .filter(
          (each) =>
            each.conversation === ACCESS && each.root === undefined && textsOf(each).some((text) => text.includes(id)),
        )
        .flatMap(textsOf),
    thread: teams.thread,
    told: (person) => direct(person).flatMap(textsOf),
    press: async (person, id, button) => pressOn(person, await message(id), button),
    fillIn: async (person, id, button, values) => formOn(person, await message(id), button, values),
    async askByForm(person, values) {
      const before = direct(person).length
      await client.say(person, '')
      const form = await world.until('the form', () => direct(person)[before])
      return pressOn(person, form, 'Ask', values)
    },
    pressTold: async (person, button) => pressOn(person, await newest(person, button), button),
    async fillInTold(person, button, values) {
      const before = direct(person).length
      const shown = await formOn(person, await newest(person, button), button, values)
      // What stands on no card that is there is said beside it.
      const said = () =>
        direct(person)
          .slice(before)
          .map((each) => plainTextOf(each.card))
          .find((text) => text.startsWith('Asked'))
      return `${shown}\n${await world.until('the answer', said)}`
    },
    async react(person, id, isRemoved = false) {
      await client.react(person, await message(id), 'like', { isRemoved })
    },
    async pressTwice(person, id, button) {
      const { activity } = await client.press(person, await message(id), button)
      await client.deliver(activity)
    },
    async deleteCard(id) {
      const card = await message(id)
      card.isDeleted = true
    },
    roots: () => roots().length,
    throttle: (times) =>
      tenant.faults.next('send', { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterSeconds: 1 }, times),
    leave: () => void tenant.channels.delete(ACCESS),
    join: () => void tenant.channels.set(ACCESS, Object.keys(tenant.people)),
    async close() {
      const problems = [...tenant.problems, ...world.github.problems]
      await teams.close()
      return problems
    },
  }
}
