import type { SlackDelivery } from '../doubles/slack/delivery.ts'
import { recordOf, recordsOf } from '../doubles/slack/json.ts'
import { buttonsOf, plainTextOf } from '../doubles/slack/reading.ts'
import type { SlackMessage, SlackView } from '../doubles/slack/workspace.ts'
import { givenWorld, type WorldOptions } from '../support/world.ts'
import { saidIn } from '../threats/b-stage.ts'
import type { Door, Name } from './door.ts'

const accountOf = (person: Name) => `U0${person.toUpperCase()}`
const CHANNEL = 'C0ACCESS'
export async function slackDoor(options: WorldOptions): Promise<Door> {
  const world = await givenWorld(options)
  const { slack, client } = world
  const roots = () =>
    [...slack.messages.values()].filter((each) => each.channel === CHANNEL && each.threadTs === undefined)
  const textsOf = (message: SlackMessage) => [
    ...message.history.map((each) => plainTextOf(each.blocks)),
    world.text(message),
  ]
  const found = (id: string) => roots().find((each) => textsOf(each).some((text) => text.includes(id)))
  const message = (id: string) => world.until(`the card of ${id}`, () => found(id))
  const direct = (person: Name) =>
    [...slack.messages.values()].filter((each) => each.channel === `D0${person.toUpperCase()}`)
  /** In the body, or at the address that came with it. */
  const answer = async (before: number, delivery: SlackDelivery): Promise<string> => {
    const said = saidIn(delivery)
    if (said !== '') return said
    const response = await world.until('the answer', () => slack.responses[before])
    return plainTextOf(recordsOf(recordOf(response.body)['blocks']))
  }
  const pressOn = async (person: Name, target: SlackMessage, button: string) => {
    const before = slack.responses.length
    return answer(before, await client.press(accountOf(person), target, button))
  }
  const formOn = async (
    person: Name,
    target: SlackMessage,
    button: string,
    values: Readonly<Record<string, string>>,
  ) => {
    const before = slack.views.length
    await client.press(accountOf(person), target, button)
    const form = await world.until('the form', () => slack.views[before])
    return sent(person, form, values)
  }
  const sent = async (person: Name, form: SlackView, values: Readonly<Record<string, string>>) => {
    const { body } = await client.submitView(accountOf(person), form, values)
    const errors = recordOf(recordOf(body)['errors'])
    if (Object.keys(errors).length > 0) return Object.values(errors).join(' · ')
    return plainTextOf(recordsOf(recordOf(recordOf(body)['view'])['blocks']))
  }
  const newest = (person: Name, button: string) =>
    world.until(`${button} for ${person}`, () =>
      direct(person).findLast((each) => buttonsOf(each).some(({ label }) => label === button)),
    )
  const say = async (person: Name, line: string) => {
    const before = slack.responses.length
    return answer(before, await client.command(accountOf(person), line))
  }
  const member = (isMember: boolean) => {
    slack.channels[CHANNEL] = { name: 'access', isMember, isExtShared: false, isPendingExtShared: false }
  }
  return {
    platform: 'slack',
    world,
    say,
    async ask(person, words) {
      const said = await say(person, `request ${words}`)
      const id = /req_[0-9a-z]{8}/.exec(said)?.[0]
      if (id === undefined) throw new Error(`asking was answered: ${said}`)
      return id
    },
    async card(id) {
      const card = await message(id)
      return { text: world.text(card), buttons: buttonsOf(card).map(({ label }) => label) }
    },
    everSaid: (id) =>
      roots()
        .filter((each) => textsOf(each).some((text) => text.includes(id)))
        .flatMap(textsOf),
    thread: (id) => {
      const card = found(id)
      return card === undefined ? [] : world.thread(card)
    },
    told: (person) => direct(person).flatMap(textsOf),
    press: async (person, id, button) => pressOn(person, await message(id), button),
    fillIn: async (person, id, button, values) => formOn(person, await message(id), button, values),
    async askByForm(person, values) {
      const before = slack.views.length
      await client.command(accountOf(person), '')
      return sent(person, await world.until('the form', () => slack.views[before]), values)
    },
    pressTold: async (person, button) => pressOn(person, await newest(person, button), button),
    fillInTold: async (person, button, values) => formOn(person, await newest(person, button), button, values),
    async react(person, id, isRemoved = false) {
      const card = await message(id)
      await (isRemoved
        ? client.unreact(accountOf(person), card, 'white_check_mark')
        : client.react(accountOf(person), card, 'white_check_mark'))
    },
    async pressTwice(person, id, button) {
      const delivery = await client.press(accountOf(person), await message(id), button)
      await client.resend(delivery)
    },
    async deleteCard(id) {
      const card = await message(id)
      slack.messages.delete(`${card.channel}:${card.ts}`)
    },
    roots: () => roots().length,
    throttle: (times) =>
      slack.faults.failNext('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 1, times }),
    leave: () => member(false),
    join: () => member(true),
    async close() {
      // The double does not let anybody answer in the thread of a deleted card, which Slack does.
      const problems = [...slack.problems, ...world.github.problems]
        .map(String)
        .filter((each) => !/thread_ts/.test(each))
      await world.close()
      return problems
    },
  }
}
