import { expect } from 'vitest'
import type { Door } from './door.ts'

export interface Case {
  /** What a person can do. */
  readonly what: string
  readonly slack: string
  readonly teams: string
  /** How many of those who decide have to approve. */
  readonly quorum: 1 | 2
  play(door: Door): Promise<void>
}

const CARD = 'a card in the channel, Block Kit'
const ADAPTIVE = 'a card in the channel, Adaptive Card 1.5'
const noCard = (text: string) => expect(text).not.toBe('')

/** One idea each; who plays them is in `play.ts`. */
export const CASES: readonly Case[] = [
  {
    what: 'ask by a typed line; those who decide see one card, and are called in its thread',
    slack: `\`/thand request …\`; ${CARD}`,
    teams: `\`@Thand request …\`, one-to-one without the name; ${ADAPTIVE}`,
    quorum: 1,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 30m the billing page')
      const card = await door.card(id)
      expect(card.text).toContain('Ann asks for SRE team at GitHub acme for 30 minutes')
      expect(card.text).toContain('the billing page')
      expect(card.buttons).toEqual(['Approve', 'Deny…'])
      await door.world.until('the call', () => door.thread(id).some((line) => /Sam/.test(line) && /Sue/.test(line)))
      expect(await door.say('ann', `cancel ${id}`)).toMatch(/Cancelled/)
    },
  },
  {
    what: 'approve by the button; access, and its end seen at the provider',
    slack: 'the answer is seen by who pressed, the card changes for all',
    teams: 'the same; `Action.Execute`, answered within the press',
    quorum: 1,
    async play(door) {
      const { github, until } = door.world
      const id = await door.ask('ann', 'github:org-admin 5s')
      noCard(await door.press('sam', id, 'Approve'))
      await until('owner', () => door.everSaid(id).some((text) => /Ann is Organisation owner/.test(text)))
      await until('ended', () => door.everSaid(id).some((text) => /Ann is member again, checked at GitHub/.test(text)))
      expect(github.roleOf('ann-acme')).toBe('member')
      expect((await door.card(id)).buttons).toEqual([])
      await until('told', () => door.told('ann').some((text) => text.includes('Ended')))
    },
  },
  {
    what: 'approve by a typed line',
    slack: '`/thand approve <id>`',
    teams: '`@Thand approve <id>`',
    quorum: 1,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 4s')
      expect(await door.say('sam', `approve ${id}`)).toMatch(/approval is counted/)
      await door.world.until('ended', () => door.everSaid(id).some((text) => /Ended/.test(text)))
    },
  },
  {
    what: 'approve by a reaction, and take it back while it is pending',
    slack: '✅ approves, ❌ denies',
    teams: '👍 approves; Teams offers nothing that says no, so denying is the button or the line',
    quorum: 2,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 4s')
      await door.react('sam', id)
      const counts = (n: string) => async () => expect((await door.card(id)).text).toContain(n)
      await expect.poll(async () => (await door.card(id)).text, { timeout: 45_000 }).toContain('1 of 2 approved')
      await door.react('sam', id, true)
      await expect.poll(async () => (await door.card(id)).text, { timeout: 45_000 }).not.toContain('1 of 2')
      await door.react('sam', id)
      await expect.poll(async () => (await door.card(id)).text, { timeout: 45_000 }).toContain('1 of 2 approved')
      await counts('Sam approved')()
      await door.press('sue', id, 'Approve')
      await door.world.until('ended', () => door.everSaid(id).some((text) => /Ended/.test(text)))
    },
  },
  {
    what: 'one person counts once, however they vote',
    slack: 'button, reaction and line',
    teams: 'button, reaction and line',
    quorum: 2,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 30m')
      await door.press('sam', id, 'Approve')
      await door.react('sam', id)
      await door.say('sam', `approve ${id}`)
      await door.pressTwice('sam', id, 'Approve')
      await expect.poll(async () => (await door.card(id)).text, { timeout: 45_000 }).toContain('1 of 2 approved')
      expect((await door.card(id)).buttons).toEqual(['Approve', 'Deny…'])
      await door.say('ann', `cancel ${id}`)
    },
  },
  {
    what: 'deny with a reason, by a form',
    slack: 'a modal',
    teams: 'a card with a field in place of the card, seen by who pressed; *Back* leaves it',
    quorum: 1,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 30m')
      await door.fillIn('sam', id, 'Deny…', { reason: 'not during the freeze' })
      await door.world.until('denied', () =>
        door.everSaid(id).some((text) => /Denied by Sam: “not during the freeze”/.test(text)),
      )
      expect((await door.card(id)).buttons).toEqual([])
      await door.world.until('told', () => door.told('ann').some((text) => text.includes('not during the freeze')))
    },
  },
  {
    what: 'nobody decides their own request',
    slack: 'by any way',
    teams: 'by any way',
    quorum: 1,
    async play(door) {
      const id = await door.ask('sue', 'github:team-sre 30m')
      expect(await door.press('sue', id, 'Approve')).toMatch(/their own request/)
      expect(await door.say('sue', `approve ${id}`)).toMatch(/their own request/)
      await door.react('sue', id)
      expect((await door.card(id)).buttons).toEqual(['Approve', 'Deny…'])
      await door.say('sue', `cancel ${id}`)
    },
  },
  {
    what: 'who does not decide is told so, and nobody else hears it',
    slack: 'an ephemeral message',
    teams: 'words under the card',
    quorum: 1,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 30m')
      expect(await door.press('bob', id, 'Approve')).toMatch(/not one of those who decide/)
      expect((await door.card(id)).buttons).toEqual(['Approve', 'Deny…'])
      await door.press('sam', id, 'Approve')
      expect(await door.say('sue', `approve ${id}`)).toMatch(/Sam/)
      await door.say('ann', `end ${id}`)
    },
  },
  {
    what: 'the form to ask, and its errors',
    slack: '`/thand` alone, or the shortcut; roles are searched for while typing',
    teams: '`@Thand` alone; a card with fields, the first hundred roles that fit',
    quorum: 1,
    async play(door) {
      expect(await door.askByForm('bob', { role: 'github:team-sre', duration: 'a while' })).toMatch(/a while/)
      const asked = await door.askByForm('bob', { role: 'github:team-sre', duration: '30m', reason: 'by the form' })
      const id = /req_[0-9a-z]{8}/.exec(asked)?.[0] ?? ''
      expect((await door.card(id)).text).toContain('by the form')
      await door.say('bob', `cancel ${id}`)
    },
  },
  {
    what: 'end early, and ask for more time, where one is told of it',
    slack: 'buttons in the direct message',
    teams: 'buttons in the one-to-one chat',
    quorum: 1,
    async play(door) {
      const id = await door.ask('bob', 'github:team-sre 20m')
      await door.press('sam', id, 'Approve')
      await door.world.until('active', () => door.everSaid(id).some((text) => /Bob is SRE team/.test(text)))
      const asked = await door.fillInTold('bob', 'Extend', { duration: '10m', reason: 'still at it' })
      expect(asked).toMatch(/10 minutes more/)
      await door.pressTold('bob', 'End now')
      await door.world.until('ended', () => door.everSaid(id).some((text) => /Ended/.test(text)))
    },
  },
  {
    what: 'what somebody writes stays what it is',
    slack: 'rich text; marks escaped',
    teams: 'runs of text; nothing of theirs where Markdown is read',
    quorum: 1,
    async play(door) {
      const hostile =
        'see [Approve](https://evil.example) <!channel> <at>Sam</at> {{DATE(2020-01-01T00:00:00Z)}} **now** `x`'
      const id = await door.ask('ann', `github:team-sre 30m ${hostile}`)
      const { text } = await door.card(id)
      expect(text).toContain('https://evil.example')
      expect(text).not.toContain('2020-01-01 ')
      await door.say('ann', `cancel ${id}`)
    },
  },
  {
    what: 'a card that was deleted stands there again',
    slack: 'posted anew',
    teams: 'posted anew',
    quorum: 1,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 30m')
      await door.card(id)
      await door.deleteCard(id)
      await door.say('sam', `deny ${id}`)
      await expect.poll(async () => (await door.card(id)).text, { timeout: 45_000 }).toContain('Denied by Sam')
    },
  },
  {
    what: 'where the card cannot be posted, those concerned get it directly, and it follows by itself',
    slack: 'not invited, archived, shared outside',
    teams: 'the app is not in the team, or was taken out; a shared channel',
    quorum: 1,
    async play(door) {
      door.leave()
      const id = await door.ask('ann', 'github:team-sre 30m')
      await door.world.until('told', () => door.told('ann').some((text) => text.includes('I cannot post')))
      await door.world.until('Sam has it', () => door.told('sam').some((text) => text.includes(id)))
      door.join()
      await door.world.until('the card follows', () => door.everSaid(id)[0])
      await door.say('ann', `cancel ${id}`)
    },
  },
  {
    what: 'the platform says that posts come too fast: they wait, and there is one card',
    slack: '`Retry-After`, one a second in a channel',
    teams: '`Retry-After` of 429 and 412, one a second in a conversation',
    quorum: 1,
    async play(door) {
      const before = door.roots()
      door.throttle(2)
      const id = await door.ask('ann', 'github:team-sre 30m')
      await door.card(id)
      expect(door.roots()).toBe(before + 1)
      await door.say('ann', `cancel ${id}`)
    },
  },
  {
    what: 'lists and words: help, roles, mine, pending, show, explain',
    slack: 'ephemeral',
    teams: 'one-to-one; in a channel they answer one-to-one too',
    quorum: 1,
    async play(door) {
      const id = await door.ask('ann', 'github:team-sre 30m')
      expect(await door.say('ann', 'help')).toContain('ask')
      expect(await door.say('ann', 'roles')).toContain('github:org-admin')
      expect(await door.say('ann', 'mine')).toContain(id)
      expect(await door.say('sam', 'pending')).toContain(id)
      expect(await door.say('sam', `show ${id}`)).toContain('Ann')
      expect(await door.say('ann', 'explain github:org-admin 2h')).toContain('You can ask for')
      expect(await door.say('ann', 'requst github:org-admin 30m')).toContain('Did you mean')
      await door.say('ann', `cancel ${id}`)
    },
  },
]
