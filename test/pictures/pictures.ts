import type { Block } from 'slack-blocks-to-jsx'
import { renderCard } from '../../bots/slack/render.ts'
import { cardView, formView } from '../../bots/slack/render-form.ts'
import { homeView } from '../../bots/slack/render-home.ts'
import { askedCard, denyForm } from '../../src/cards/answer-cards.ts'
import type { Card } from '../../src/cards/card.ts'
import { errorCard } from '../../src/cards/error-card.ts'
import { helpCard } from '../../src/cards/help-card.ts'
import { homeCard } from '../../src/cards/home-card.ts'
import { mineCard } from '../../src/cards/list-cards.ts'
import { requestCard } from '../../src/cards/request-card.ts'
import { requestForm } from '../../src/cards/request-form.ts'
import type { RequestView } from '../../src/cards/request-view.ts'
import { clock, strong } from '../../src/cards/words.ts'
import * as scenes from './scenes.ts'

/** What is drawn on one picture: messages under each other, a form, or a page. */
export type Picture = {
  readonly name: string
  readonly caption: string
  readonly frame: 'messages' | 'modal' | 'home'
  readonly title: string
  readonly submit?: string
  readonly parts: readonly { readonly blocks: readonly Block[]; readonly note?: string }[]
}

const nobodyCalled = async () => undefined
const blocksOf = (blocks: unknown): readonly Block[] => blocks as readonly Block[]
const card = (one: Card) => renderCard(one, nobodyCalled).then(({ blocks }) => ({ blocks: blocksOf(blocks) }))
const inChannel = (view: RequestView) => card(requestCard(view, 'channel'))
const directly = (view: RequestView) => card(requestCard(view, 'holder'))
const line = (...title: Card['title']) => card({ title, lines: [], buttons: [] })

async function messages(name: string, caption: string, title: string, parts: readonly ReturnType<typeof card>[]) {
  return { name, caption, frame: 'messages', title, parts: await Promise.all(parts) } as const
}

async function modal(name: string, caption: string, view: Awaited<ReturnType<typeof formView>>): Promise<Picture> {
  const { title, submit, blocks } = view
  const done = submit === undefined ? {} : { submit: submit.text }
  return { name, caption, frame: 'modal', title: title.text, ...done, parts: [{ blocks: blocksOf(blocks) }] }
}

const role = {
  key: 'github:org-admin',
  name: 'Organisation owner',
  providerName: 'GitHub acme',
  capSeconds: 14_400,
  usualSeconds: 1800,
  isReasonRequired: true,
}
const one = (view: RequestView) => ({ views: [view], more: 0 })
const none = { views: [], more: 0 }

/** Every kind of card, form and page, as our own code renders them. */
export async function pictures(): Promise<readonly Picture[]> {
  const home = await homeView(
    homeCard({
      holds: one(scenes.active),
      waits: one(scenes.ofBob),
      asked: none,
      recent: one(scenes.denied),
      at: scenes.NOW,
    }),
    nobodyCalled,
  )
  return [
    await messages('asked', 'Somebody asks: the card in the channel', '#access', [inChannel(scenes.pending)]),
    await messages('thread', 'The thread of the card is the story', 'Thread', [
      line('Sam, Sue: Ann waits for one of you'),
      line('Sam approved'),
      line(
        'Ann is ',
        strong('Organisation owner'),
        ' at ',
        strong('GitHub acme'),
        ' until ',
        clock(scenes.NOW + 1_740_000),
      ),
      line('Ended ', clock(scenes.NOW + 1_740_000), ': ', strong('member'), ', checked at GitHub'),
    ]),
    await messages('part-approved', 'One of two has approved', '#access', [inChannel(scenes.halfApproved)]),
    await messages('granting', 'Being given', '#access', [inChannel(scenes.granting)]),
    await messages('active', 'There, as a read showed', '#access', [inChannel(scenes.active)]),
    await messages('ended', 'Taken back and checked', '#access', [inChannel(scenes.ended)]),
    await messages('denied', 'Denied', '#access', [inChannel(scenes.denied)]),
    await messages('lapsed', 'Nobody decided', '#access', [inChannel(scenes.lapsed)]),
    await messages('failed', 'Approved, and not to be given', '#access', [inChannel(scenes.failed)]),
    await messages('overdue', 'Something should be gone and is not', '#access', [inChannel(scenes.overdue)]),
    await messages('holder', 'What the holder has in a direct message', 'Thand', [directly(scenes.active)]),
    await messages('answer-asked', 'The answer to who asked', '#general', [card(askedCard(scenes.pending))]),
    await messages('answer-list', '`mine`', '#general', [card(mineCard([scenes.active, scenes.denied], scenes.NOW))]),
    await messages('answer-refused', 'Refused, with the line that would work', '#general', [
      card(errorCard({ code: 'duration_over_cap', capSeconds: 14_400 }, { line: 'request github:org-admin 8h' })),
      card(errorCard({ code: 'unknown_person', address: 'new@acme.example' })),
    ]),
    await messages('help', 'Help fits on a phone', '#general', [card(helpCard(''))]),
    await modal('form-request', 'The form to ask, empty', await formView(requestForm(), nobodyCalled)),
    await modal(
      'form-filled',
      'A line that lacked its reason, filled in',
      await formView(requestForm({ role, durationSeconds: 1800 }), nobodyCalled),
    ),
    await modal(
      'form-answer',
      'What the form says after it was sent',
      await cardView(askedCard(scenes.pending), nobodyCalled),
    ),
    await modal('form-deny', 'Deny…', await formView(denyForm(scenes.pending), nobodyCalled)),
    { name: 'home', caption: 'App Home', frame: 'home', title: 'Thand', parts: [{ blocks: blocksOf(home.blocks) }] },
  ]
}
