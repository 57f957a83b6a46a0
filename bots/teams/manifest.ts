import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { zipSync } from 'fflate'

export interface AppIdentity {
  /** The application id of the bot: the app bears it too. */
  readonly appId: string
  /** `https://thand.acme.example` */
  readonly url: string
}

/** `app/manifest.json` as Teams takes it: https://learn.microsoft.com/microsoft-365/extensibility/schema/ */
export function teamsManifest({ appId, url }: AppIdentity): string {
  const base = URL.parse(url)
  if (base?.protocol !== 'https:') throw new Error('Teams takes https addresses only')
  if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(appId)) throw new Error('the id of a bot is a GUID')
  const site = base.origin
  return `${JSON.stringify(
    {
      $schema: 'https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json',
      manifestVersion: '1.29',
      version: '1.0.0',
      id: appId,
      developer: { name: 'Thand', websiteUrl: site, privacyUrl: site, termsOfUseUrl: site },
      name: { short: 'Thand', full: 'Thand: access for as long as you need it' },
      description: {
        short: 'Just-in-time access, asked for and decided in chat',
        full: 'Ask for access for a while; a colleague decides; it is gone when the time is up. Works in a team, in a group chat and one-to-one.',
      },
      icons: { color: 'color.png', outline: 'outline.png' },
      accentColor: '#1F2937',
      bots: [
        {
          botId: appId,
          scopes: ['personal', 'team', 'groupChat'],
          isNotificationOnly: false,
          supportsFiles: false,
          supportsTargetedMessages: true,
          commandLists: [
            { scopes: ['personal'], commands: COMMANDS },
            { scopes: ['team', 'groupChat'], triggers: ['mention', 'slash'], commands: COMMANDS },
          ],
        },
      ],
      validDomains: [],
    },
    undefined,
    2,
  )}\n`
}

/** Offered while somebody types; what they send is the same line as anywhere. */
const COMMANDS = [
  { title: 'request', description: 'Ask for access: request github:org-admin 30m, with a reason if you like' },
  { title: 'roles', description: 'What you can ask for' },
  { title: 'mine', description: 'What you have and asked for' },
  { title: 'pending', description: 'What waits for your vote' },
  { title: 'approve', description: 'Approve a request by its id' },
  { title: 'deny', description: 'Deny a request by its id, with a reason' },
  { title: 'cancel', description: 'Take your own request back' },
  { title: 'end', description: 'End access before its time' },
  { title: 'extend', description: 'Ask for more time in access that you have' },
  { title: 'show', description: 'The whole story of one request' },
  { title: 'explain', description: 'What asking would lead to, rule by rule' },
  { title: 'help', description: 'What can be typed' },
]

/** What is uploaded: the manifest and both icons. */
export function teamsPackage(identity: AppIdentity): Uint8Array {
  const folder = appFolder()
  const icon = (name: string) => new Uint8Array(readFileSync(path.join(folder, name)))
  return zipSync({
    'manifest.json': new TextEncoder().encode(teamsManifest(identity)),
    'color.png': icon('color.png'),
    'outline.png': icon('outline.png'),
  })
}

/** At the root of the package, which is some folders up from the source and from the build. */
function appFolder(): string {
  for (let folder = import.meta.dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'bots/teams/app')
    if (existsSync(path.join(candidate, 'color.png'))) return candidate
  }
  throw new Error('the folder bots/teams/app/ is not beside this program')
}
