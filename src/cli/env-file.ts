import { existsSync } from 'node:fs'

/** `./.env`, where there is one; what is set already wins. Never in production. */
export function readEnvFile(env: NodeJS.ProcessEnv): void {
  if (env.NODE_ENV !== 'production' && existsSync('.env')) process.loadEnvFile('.env')
}
