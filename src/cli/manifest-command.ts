import { slackManifest } from '../../bots/slack/manifest.ts'
import { readEnvFile } from './env-file.ts'

export async function manifestCommand(env: NodeJS.ProcessEnv, platform: string, isSocket: boolean): Promise<number> {
  readEnvFile(env)
  if (platform !== 'slack') {
    process.stderr.write('There is a manifest for slack only.\nTry: thand manifest slack\n')
    return 2
  }
  if (isSocket) {
    process.stdout.write(slackManifest({ by: 'socket' }))
    return 0
  }
  const url = env.THAND_URL
  if (url === undefined || !url.startsWith('https://')) {
    process.stderr.write(
      'THAND_URL is not set to the https address under which Slack reaches this server.\nTry: THAND_URL=https://thand.acme.example thand manifest slack\nWithout an address: thand manifest slack --socket\n',
    )
    return 2
  }
  process.stdout.write(slackManifest({ by: 'http', url }))
  return 0
}
