import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { type Picture, pictures } from './pictures.ts'

/**
 * `npm run pictures`: docs/pictures from our own renderer. Needs Chromium (Debian: apt-get install chromium fonts-lato
 * fonts-noto-color-emoji); CHROMIUM names another one.
 */
const ROOT = path.resolve(import.meta.dirname, '../..')
const OUT = path.join(ROOT, 'docs/pictures')
const WIDTH = 390
const CHROMIUM = process.env['CHROMIUM'] ?? 'chromium'
const run = promisify(execFile)

const CSS = `
  body { margin: 0; width: ${WIDTH}px; background: #fff; font: 15px/1.4 Lato, sans-serif; color: #1d1c1d }
  header { padding: 10px 16px; border-bottom: 1px solid #ddd; display: flex; justify-content: space-between }
  header.modal { background: #fff; font-size: 17px } header .submit { color: #007a5a; font-weight: 700 }
  .part { padding: 10px 16px } .part.messages { padding-left: 56px; position: relative }
  .who { display: flex; gap: 6px; align-items: center; margin-bottom: 2px }
  .logo { position: absolute; left: 12px; top: 12px; width: 34px; height: 34px; border-radius: 6px; background: #1f2937;
    color: #fff; display: grid; place-items: center; font-weight: 900 }
  .app { font-size: 10px; background: #e8e8e8; border-radius: 2px; padding: 0 3px; color: #555 }
  .time { font-size: 12px; color: #616061 }
  #root { padding-bottom: 6px }
  .input { margin: 8px 0 14px } .input i { font-weight: 400; font-style: normal; color: #616061 }
  .box { border: 1px solid #868686; border-radius: 4px; padding: 8px 12px; margin-top: 6px; position: relative }
  .box.tall { min-height: 64px } .box.empty { color: #868686 }
  .box.choice::after { content: '▾'; position: absolute; right: 12px }
  .under { font-size: 13px; margin-top: 4px } .hint { font-size: 13px; color: #616061; margin-top: 4px }
`

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'thand-pictures-'))
  mkdirSync(OUT, { recursive: true })
  const script = await bundled()
  const style = readFileSync(path.join(ROOT, 'node_modules/slack-blocks-to-jsx/dist/style.css'), 'utf8')
  for (const picture of await pictures()) {
    const page = path.join(folder, `${picture.name}.html`)
    writeFileSync(page, html(picture, style, script))
    const to = path.join(OUT, `${picture.name}.png`)
    await shoot(page, to)
    process.stdout.write(`${picture.name}.png ${Math.ceil(statSync(to).size / 1024)} KB\n`)
  }
  rmSync(folder, { recursive: true, force: true })
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'page.mjs')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]?.text ?? ''
}

function html(picture: Picture, style: string, script: string): string {
  const data = JSON.stringify(picture).replaceAll('<', '\\u003c')
  const measured = `setTimeout(() => document.body.dataset.height = document.getElementById('root').offsetHeight, 300)`
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><style>${CSS}</style><body><div id="root"></div>
<script>window.picture = ${data}</script><script>${script.replaceAll('</script', '<\\/script')}</script><script>${measured}</script>`
}

/** Once to learn how high it is, once to draw it. */
async function shoot(page: string, to: string): Promise<void> {
  const common = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--disable-lcd-text',
    '--virtual-time-budget=2000',
  ]
  const seen = await run(CHROMIUM, [...common, '--dump-dom', `file://${page}`], { maxBuffer: 64 * 1024 * 1024 })
  const height = Number(/data-height="(\d+)"/.exec(seen.stdout)?.[1] ?? 800)
  const size = `--window-size=${WIDTH},${height}`
  // A long one is drawn smaller, so that none weighs much in the repository.
  const scale = `--force-device-scale-factor=${height > 600 ? 1 : 1.25}`
  await run(CHROMIUM, [...common, size, scale, `--screenshot=${to}`, `file://${page}`])
}

await main()
