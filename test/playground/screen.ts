import type { TeamsTenant } from '../doubles/teams/tenant.ts'
import type { Locator, Page } from './browser.ts'

const SHOW_MAX_MS = 20_000
/** The font that our other pictures have; Teams' own is no free one. */
const FONT = `
  [style*='Segoe UI'] { font-family: Lato, sans-serif !important }
  :root, .fui-FluentProvider { --fontFamilyBase: Lato, sans-serif !important }
`
/** What the playground says of itself is no part of the conversation. */
const HIDE_NOTES = `for (const each of document.querySelectorAll('span.fui-Text'))
  if (each.textContent.startsWith('Full width control')) each.parentElement.parentElement.style.display = 'none'`

/** The page of the playground, as somebody uses it. */
export class Screen {
  readonly #page: Page
  #actor: string | undefined

  constructor(page: Page) {
    this.#page = page
  }

  async open(url: string, tenant: TeamsTenant): Promise<void> {
    const page = this.#page
    page.setDefaultTimeout(60_000)
    // Fonts and an animation are from the internet: nothing here leaves the machine.
    await page.route(
      ({ hostname }) => hostname !== 'localhost',
      (route) => route.abort(),
    )
    // The playground has one person before it, and lets the page say who presses: so a second one can decide.
    await page.route('**/_conversation/v1/invoke', (route) => {
      const told = route.request().postDataJSON()
      const from = this.#actor === undefined ? told['from'] : { id: tenant.mri(this.#actor) }
      return route.continue({ postData: JSON.stringify({ ...told, from }) })
    })
    await page.goto(url, { waitUntil: 'domcontentloaded' })
    await page.getByText('Connected.').first().waitFor()
    await page.addStyleTag({ content: FONT })
  }

  /** Who presses from now on; whoever sits before the page unless told. */
  as(person: string | undefined): void {
    this.#actor = person
  }

  async channel(name: string): Promise<void> {
    await this.#page.getByText(name, { exact: true }).first().click()
    await this.#page.getByText('Start a new post').first().waitFor()
  }

  async direct(): Promise<void> {
    await this.#page.getByText('Personal Chat', { exact: true }).first().click()
  }

  async post(line: string): Promise<void> {
    const { keyboard } = this.#page
    await this.#page.locator('[contenteditable=true]').first().click()
    await keyboard.type('@')
    await this.#page.getByRole('menuitem', { name: 'Thand' }).click()
    await keyboard.type(` ${line}`)
    await keyboard.press('Enter')
  }

  /** The post of ours in the channel: its card, and the thread below. */
  get thread(): Locator {
    return this.#page
      .locator('.fui-Card')
      .filter({ has: this.#page.locator('.ac-adaptiveCard') })
      .first()
  }

  get card(): Locator {
    return this.thread.locator('.ac-adaptiveCard').first()
  }

  /** Cards of the open conversation. */
  cards(text: string | RegExp): Locator {
    return this.#page.locator('.ac-adaptiveCard').filter({ hasText: text })
  }

  /** The same with what stands around it: who sent it, and when. */
  message(card: RegExp): Locator {
    return this.#page.locator('div:has(> [aria-label="Message header"])').filter({ hasText: card })
  }

  async shows(where: Locator, text: RegExp): Promise<string> {
    const end = performance.now() + SHOW_MAX_MS
    for (;;) {
      // biome-ignore lint/performance/useDomNodeTextContent: what a person sees, asked of another process
      const shown = (await where.innerText()).replaceAll(/\s+/g, ' ')
      if (text.test(shown)) return shown
      if (performance.now() > end) throw new Error(`the page shows “${shown}” and not ${text}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async buttons(where: Locator): Promise<string> {
    const all = where.locator('.ac-actionSet')
    // biome-ignore lint/performance/useDomNodeTextContent: what a person sees, asked of another process
    return (await all.count()) === 0 ? '' : (await all.first().innerText()).trim().replaceAll(/\s*\n\s*/g, ', ')
  }

  async picture(what: Locator, path: string): Promise<void> {
    await this.#page.evaluate(HIDE_NOTES)
    await what.screenshot({ path })
  }

  async whole(path: string): Promise<void> {
    await this.#page.screenshot({ path })
  }
}
