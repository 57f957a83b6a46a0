import assert from 'node:assert/strict'
import type { Locator } from './browser.ts'
import type { Screen } from './screen.ts'
import type { Stage } from './stage.ts'

export interface Telling {
  readonly stage: Stage
  readonly screen: Screen
  readonly step: (what: string, work: () => Promise<void>) => Promise<void>
  readonly picture: (name: string, what: Locator) => Promise<void>
}

const REASON = 'The billing page shows last year’s plan; support asks for a screenshot of the invoices'

/** The whole life of one request, as people see it in Microsoft's own client. */
export async function tell(telling: Telling): Promise<void> {
  await asked(telling)
  await formShown(telling)
  await approved(telling)
  await held(telling)
  await ended(telling)
  await askedByForm(telling)
  await nothingRefused(telling)
}

async function asked({ stage, screen, step, picture }: Telling): Promise<void> {
  await step('what nobody signed is refused', async () => {
    const body = JSON.stringify({ type: 'message', text: 'help' })
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(`${stage.world.server.url}/api/messages`, { method: 'POST', headers, body })
    assert.equal(status, 401)
  })
  await step('Ann asks in the channel, and one card appears with Approve and Deny…', async () => {
    await screen.channel('access')
    await screen.post(`request github:org-admin 30m ${REASON}`)
    await screen.shows(screen.card, /Ann asks for Organisation owner at GitHub acme for 30 minutes/)
    await screen.shows(screen.thread, /Ann waits for one of you/)
    assert.equal(await screen.cards(/Ann asks for/).count(), 1)
    assert.equal(await screen.buttons(screen.card), 'Approve, Deny…')
    await picture('teams-request', screen.thread)
  })
  await step('Ann presses Approve, and is told that nobody decides their own request', async () => {
    await screen.card.getByRole('button', { name: 'Approve' }).click()
    await screen.shows(screen.thread, /Nobody decides their own request/)
    assert.equal(await screen.buttons(screen.card), 'Approve, Deny…')
  })
}

async function formShown({ screen, step, picture }: Telling): Promise<void> {
  await step('Sam presses Deny…, and finds a field for why; Back leads to the card', async () => {
    screen.as('sam')
    await screen.card.getByRole('button', { name: 'Deny…' }).click()
    await screen.shows(screen.card, /Why/)
    assert.equal(await screen.card.locator('textarea').count(), 1)
    await picture('teams-form', screen.thread)
    await screen.card.getByRole('button', { name: 'Back' }).click()
    await screen.shows(screen.card, /Decides: Sam and Sue/)
  })
}

async function approved({ stage, screen, step, picture }: Telling): Promise<void> {
  const { github } = stage.world
  let goOn: () => void = () => undefined
  const seen = new Promise<void>((resolve) => {
    goOn = resolve
  })
  // GitHub takes its time, so that what comes between can be seen.
  github.faults.next({ method: 'PUT', path: /memberships/ }, { kind: 'meanwhile', work: () => seen })
  try {
    await step('Sam presses Approve: the same card, for everybody, without buttons', async () => {
      await screen.card.getByRole('button', { name: 'Approve' }).click()
      await screen.shows(screen.card, /Ann gets Organisation owner.*Approved by Sam/)
      await screen.shows(screen.thread, /Ann waits for one of you.*Approved by Sam/)
      assert.equal(await screen.buttons(screen.card), '')
      assert.equal(github.roleOf('ann-acme'), 'member')
      await picture('teams-approved', screen.thread)
    })
  } finally {
    goOn()
  }
  await step('the card says “Ann is Organisation owner”, and at GitHub she is', async () => {
    await screen.shows(screen.card, /Ann is Organisation owner at GitHub acme until \d/)
    assert.equal(github.roleOf('ann-acme'), 'admin')
    await screen.shows(screen.thread, /Approved by Sam.*Approved by Sam.*Ann is Organisation owner/)
    await picture('teams-active', screen.thread)
  })
}

const OF_ANN = /You are Organisation owner.*Afterwards/s

async function held({ screen, step, picture }: Telling): Promise<void> {
  await step('Ann has the card one-to-one, with End now and Extend', async () => {
    screen.as(undefined)
    await screen.direct()
    const card = screen.cards(OF_ANN).first()
    await card.waitFor()
    assert.equal(await screen.buttons(card), 'End now, Extend')
    await picture('teams-direct', screen.message(OF_ANN).first())
  })
  await step('Extend opens a form that is filled in; Back leads to the card', async () => {
    await screen.cards(OF_ANN).first().getByRole('button', { name: 'Extend' }).click()
    const form = screen.cards(/How much longer/).first()
    await form.waitFor()
    await form.getByRole('button', { name: 'Back' }).click()
    await screen.cards(OF_ANN).first().waitFor()
  })
}

async function ended({ stage, screen, step, picture }: Telling): Promise<void> {
  await step(
    'Ann presses End now; the card in the channel says that she is member again, and at GitHub she is',
    async () => {
      await screen.cards(OF_ANN).first().getByRole('button', { name: 'End now' }).click()
      await screen
        .cards(/Ended .*: You are member again, checked at GitHub/)
        .first()
        .waitFor()
      await screen.channel('access')
      await screen.shows(screen.card, /Ended .*: Ann is member again, checked at GitHub/)
      assert.equal(await screen.buttons(screen.card), '')
      assert.equal(stage.world.github.roleOf('ann-acme'), 'member')
      assert.equal(await screen.cards(/Ann asked for/).count(), 1)
      await screen.shows(screen.thread, /Ended .*Ended /)
      await picture('teams-ended', screen.thread)
    },
  )
}

async function askedByForm({ screen, step }: Telling): Promise<void> {
  await step('Ann says our name alone, and has the form to ask one-to-one', async () => {
    await screen.post('')
    await screen.direct()
    const form = screen.cards(/For how long/).last()
    await form.waitFor()
    assert.equal(await screen.buttons(form), 'Ask')
  })
}

async function nothingRefused({ stage, step }: Telling): Promise<void> {
  await step('all that the playground said was taken, and GitHub’s description allows all that was asked', async () => {
    const { proxy, world } = stage
    assert.deepEqual(
      proxy.answers.filter(({ status }) => status !== 200),
      [],
    )
    assert.ok(proxy.answers.filter(({ type }) => type === 'invoke').length >= 7)
    assert.deepEqual(
      world.log.filter((line) => /teams_(?:delivery_failed|answer_lost)|inbound_failed/.test(line)),
      [],
    )
    assert.deepEqual(world.github.problems, [])
  })
}
