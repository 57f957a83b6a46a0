import { execFile } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** Pinned: what drives the playground is not documented. Its licence lets nobody hand it on, so it is fetched and never kept. */
const PACKAGES = ['@microsoft/m365agentsplayground@0.2.28', 'playwright-core@1.65.1']
const INSTALL_MAX_MS = 180_000
const run = promisify(execFile)

export interface Tools {
  /** The script that starts the playground. */
  readonly playground: string
  /** The address of the module that drives a browser. */
  readonly playwright: string
  readonly chromium: string
}

/** Installed into `folder`; or why that cannot be. */
export async function fetchTools(folder: string): Promise<Tools | { readonly missing: string }> {
  const chromium = process.env['CHROMIUM'] ?? 'chromium'
  try {
    await run(chromium, ['--headless', '--no-sandbox', '--version'], { timeout: 60_000 })
  } catch {
    return { missing: `no Chromium: ${chromium} does not run (Debian: apt-get install chromium; CHROMIUM names another)` }
  }
  try {
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
    await run('npm', ['install', ...quiet, '--prefix', folder, ...PACKAGES], { cwd: folder, timeout: INSTALL_MAX_MS })
  } catch {
    return { missing: `npm cannot fetch ${PACKAGES.join(' and ')}` }
  }
  const modules = path.join(folder, 'node_modules')
  return {
    playground: path.join(modules, '@microsoft/m365agentsplayground/cli.js'),
    playwright: pathToFileURL(path.join(modules, 'playwright-core/index.mjs')).href,
    chromium,
  }
}
