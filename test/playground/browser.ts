/** What we use of `playwright-core`, which is no dependency of ours: it is fetched when this runs, and so has no types here. */
export interface Locator {
  first(): Locator
  last(): Locator
  count(): Promise<number>
  filter(options: { readonly has?: Locator; readonly hasText?: string | RegExp }): Locator
  locator(selector: string): Locator
  getByRole(role: string, options: { readonly name: string; readonly exact?: boolean }): Locator
  click(): Promise<void>
  waitFor(): Promise<void>
  innerText(): Promise<string>
  screenshot(options: { readonly path: string }): Promise<unknown>
}

interface Route {
  request(): { postDataJSON(): Record<string, unknown> }
  continue(options: { readonly postData: string }): Promise<void>
  abort(): Promise<void>
}

export interface Page {
  readonly keyboard: { type(text: string): Promise<void>; press(key: string): Promise<void> }
  goto(url: string, options: { readonly waitUntil: 'domcontentloaded' }): Promise<unknown>
  route(which: string | ((url: URL) => boolean), handle: (route: Route) => Promise<void>): Promise<unknown>
  addStyleTag(options: { readonly content: string }): Promise<unknown>
  evaluate(script: string): Promise<unknown>
  locator(selector: string): Locator
  getByText(text: string, options?: { readonly exact?: boolean }): Locator
  getByRole(role: string, options: { readonly name: string; readonly exact?: boolean }): Locator
  setDefaultTimeout(ms: number): void
  screenshot(options: { readonly path: string }): Promise<unknown>
}

interface PageOptions {
  readonly viewport: { readonly width: number; readonly height: number }
  readonly locale: string
  readonly timezoneId: string
}

interface Browser {
  newPage(options: PageOptions): Promise<Page>
  close(): Promise<void>
}

interface Playwright {
  readonly chromium: {
    launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>
  }
}

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-lcd-text',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** `playwright` is the address of the module. */
export async function openBrowser(playwright: string, executablePath: string): Promise<Browser> {
  const { chromium }: Playwright = await import(playwright)
  return chromium.launch({ executablePath, args: QUIET })
}
