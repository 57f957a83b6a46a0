#!/usr/bin/env node
// The `thand` command: plain JavaScript, so that it starts from any folder and can say that there is no build.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const built = new URL('../../dist/src/cli/run.js', import.meta.url)
if (existsSync(fileURLToPath(built))) {
  const { run } = await import(built.href)
  await run(process.argv)
} else {
  process.stderr.write('thand is not built yet.\nRun: npm run build\n')
  process.exitCode = 2
}
