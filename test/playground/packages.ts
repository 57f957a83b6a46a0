import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
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
  const named = process.env['CHROMIUM'] ?? 'chromium'
  const chromium = onPath(named)
  if (chromium === undefined) {
    return {
      missing: `no Chromium: ${named} is not there (Debian: apt-get install chromium; CHROMIUM names another)`,
    }
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

function onPath(name: string): string | undefined {
  const folders = name.includes('/') ? [''] : (process.env['PATH'] ?? '').split(path.delimiter)
  return folders.map((folder) => path.resolve(folder, name)).find(mayRun)
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
