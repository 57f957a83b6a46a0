import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config'
import { ClosingLine } from './test/closing-line.ts'

/** What `npm run test:agent` runs: about half of what takes long, so that `npm test` is bearable. `.ci/run` runs both. */
export const AGENT_SUITE = [
  'test/agent/**/*.test.ts',
  'test/http/**/*.test.ts',
  'test/ops/**/*.test.ts',
  'test/teams/**/*.test.ts',
  'test/front-door/**/*.test.ts',
  'test/campaign/kill.test.ts',
  'test/flow/{credentials,extend,extend-engines}.test.ts',
  'test/store/{credentials,devices,silent-connection}.test.ts',
  'test/threats/*{device,credential,extend,aws}*.test.ts',
]

export const shared = defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', new ClosingLine()],
    // Most of a test is waiting for a clock; on two cores one worker would idle.
    maxWorkers: Math.max(4, availableParallelism()),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})

const mainSuite = defineConfig({
  test: { include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...AGENT_SUITE] },
})

export default mergeConfig(shared, mainSuite)
