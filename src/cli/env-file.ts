import { existsSync } from 'node:fs'

/** `./.env`, where there is one; what is set already wins. Never in production, nor where only what is set may count. */
export function readEnvFile(env: NodeJS.ProcessEnv): void {
  const isRead = env.NODE_ENV === undefined || env.NODE_ENV === 'development'
  if (isRead && existsSync('.env')) process.loadEnvFile('.env')
}
