// Last step of `npm run build`: the client commands as one file, `dist/thand-agent.mjs`, or the file that is named.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const inRoot = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))

await build({
  entryPoints: [inRoot('src/cli/agent.ts')],
  outfile: process.argv[2] ?? inRoot('dist/thand-agent.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minify: true,
  legalComments: 'eof',
  define: { BUNDLED_VERSION: JSON.stringify(version) },
  banner: {
    // Commander is CommonJS inside, and asks for Node's own modules by `require`.
    js: "#!/usr/bin/env node\nimport { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
  },
})
