import { writeFileSync } from 'node:fs'
import { slackManifest } from '../../bots/slack/manifest.ts'
import { readEnvFile } from './env-file.ts'

interface ManifestOptions {
  readonly socket?: boolean
  /** The file to write the package of a Teams app to. */
  readonly zip?: string
}

export async function manifestCommand(
  env: NodeJS.ProcessEnv,
  platform: string,
  options: ManifestOptions,
): Promise<number> {
  readEnvFile(env)
  if (platform === 'slack') return slack(env, options)
  if (platform === 'teams') return teams(env, options)
  return refuse('There is a manifest for slack and for teams.', 'Try: thand manifest slack')
}

function slack(env: NodeJS.ProcessEnv, { socket = false, zip }: ManifestOptions): number {
  if (zip !== undefined) return refuse('Slack takes the manifest as text.', 'Try: thand manifest slack')
  if (socket) return print(slackManifest({ by: 'socket' }))
  const url = httpsOf(env)
  if (url !== undefined) return print(slackManifest({ by: 'http', url }))
  return refuse(
    'THAND_URL is not set to the https address under which Slack reaches this server.',
    'Try: THAND_URL=https://thand.acme.example thand manifest slack\nWithout an address: thand manifest slack --socket',
  )
}

async function teams(env: NodeJS.ProcessEnv, { socket = false, zip }: ManifestOptions): Promise<number> {
  if (socket) return refuse('Teams reaches a bot at an address, and in no other way.', 'Try: thand manifest teams')
  const url = httpsOf(env)
  const appId = env.MicrosoftAppId
  if (url === undefined || appId === undefined || !/^[\da-f-]{36}$/i.test(appId))
    return refuse(
      'MicrosoftAppId is not set to the id of the bot, or THAND_URL not to an https address.',
      'Try: MicrosoftAppId=<id> THAND_URL=https://thand.acme.example thand manifest teams --zip thand-teams.zip',
    )
  const { teamsManifest, teamsPackage } = await import('../../bots/teams/manifest.ts')
  if (zip === undefined) return print(teamsManifest({ appId, url }))
  writeFileSync(zip, teamsPackage({ appId, url }))
  process.stderr.write(`${zip} is written: upload it in Teams under Apps, Manage your apps, Upload an app.\n`)
  return 0
}

function httpsOf({ THAND_URL: url }: NodeJS.ProcessEnv): string | undefined {
  return url?.startsWith('https://') === true ? url : undefined
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function refuse(why: string, hint: string): number {
  process.stderr.write(`${why}\n${hint}\n`)
  return 2
}
