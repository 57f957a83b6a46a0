import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openBrowser } from './browser.ts'
import { fetchTools, type Tools } from './packages.ts'
import { Screen } from './screen.ts'
import { givenStage } from './stage.ts'
import { tell } from './story.ts'

/**
 * `npm run test:playground`: Teams as Microsoft's own client shows it, the Microsoft 365 Agents Playground. With `-- --pictures`
 * it draws docs/pictures/teams-*.png anew.
 */
const PICTURES = path.resolve(import.meta.dirname, '../../docs/pictures')
const PLAY = '--play-with='

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const given = process.argv.find((each) => each.startsWith(PLAY))?.slice(PLAY.length)
  if (given !== undefined) return play(JSON.parse(given))
  const folder = mkdtempSync(path.join(tmpdir(), 'thand-playground-'))
  try {
    const tools = await fetchTools(folder)
    if ('missing' in tools) {
      say(`skipped: ${tools.missing}`)
      return 0
    }
    return await playApart({ tools, folder })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Given {
  readonly tools: Tools
  readonly folder: string
}

/** The playground listens to the whole network, and cannot be told not to: where the kernel lets us, its network is loopback alone. */
async function playApart(given: Given): Promise<number> {
  const apart = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
  const [first = '', ...rest] = [...apart, 'true']
  const isApart = spawnSync(first, rest, { stdio: 'ignore' }).status === 0
  if (!isApart)
    say('note: without a network of its own; until this ends the playground can be reached from other machines')
  const self = [...process.execArgv, ...process.argv.slice(1), `${PLAY}${JSON.stringify(given)}`]
  const [command = '', ...words] = [...(isApart ? apart : []), process.execPath, ...self]
  const child = spawn(command, words, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

async function play({ tools, folder }: Given): Promise<number> {
  const isDrawing = process.argv.includes('--pictures')
  const browser = await openBrowser(tools.playwright, tools.chromium)
  const stage = await givenStage(tools, folder).catch(async (error: unknown) => {
    await browser.close()
    throw error
  })
  let held = 0
  try {
    const viewport = { width: 1280, height: 1100 }
    const screen = new Screen(await browser.newPage({ viewport, locale: 'en-GB', timezoneId: 'Europe/London' }))
    await screen.open(stage.playground.url, stage.tenant)
    await tell({
      stage,
      screen,
      async step(what, work) {
        await work().catch(async (error: unknown) => {
          const seen = path.join(tmpdir(), 'thand-playground-failed.png')
          await screen.whole(seen).catch(() => undefined)
          throw new Error(`did not hold: ${what} (the page: ${seen})`, { cause: error })
        })
        held += 1
        say(`held: ${what}`)
      },
      async picture(name, what) {
        const to = path.join(isDrawing ? PICTURES : folder, `${name}.png`)
        await screen.picture(what, to)
        if (isDrawing) say(`  ${name}.png ${Math.ceil(statSync(to).size / 1024)} KB`)
      },
    })
    say(`held: ${held} steps`)
    return 0
  } finally {
    await browser.close()
    await stage.close()
  }
}

process.exitCode = await main()
