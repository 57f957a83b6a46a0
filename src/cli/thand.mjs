#!/usr/bin/env node
// The `thand` command: plain JavaScript, so that it starts from any folder and can say that there is no build.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What people run many times a day starts from the one file, which is a quarter faster; every other word is understood as well. */
const CLIENT_WORDS =
  'login logout devices request ask sessions run credentials console aws-profile git-credential roles mine list show status end revoke extend cancel explain'

const inDist = (file) => new URL(`../../dist/${file}`, import.meta.url)
const isThere = (url) => existsSync(fileURLToPath(url))
const [all, client] = [inDist('src/cli/run.js'), inDist('thand-agent.mjs')]

if (CLIENT_WORDS.split(' ').includes(process.argv[2]) && isThere(client)) {
  await import(client.href)
} else if (isThere(all)) {
  const { run } = await import(all.href)
  await run(process.argv)
} else {
  process.stderr.write('thand is not built yet.\nRun: npm run build\n')
  process.exitCode = 2
}
