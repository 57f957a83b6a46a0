import { defineConfig, mergeConfig } from 'vitest/config'
import { AGENT_SUITE, shared } from './vitest.config.ts'

const agentSuite = defineConfig({ test: { include: AGENT_SUITE } })

// The test runner takes it as the default export.
export default mergeConfig(shared, agentSuite)
