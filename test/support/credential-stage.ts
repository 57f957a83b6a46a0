import type { GithubOrganisation } from '../doubles/github/organisation.ts'
import { givenStage, type Stage, yamlWith } from '../threats/b-stage.ts'
import type { Answered, DeviceClient } from './device-client.ts'
import { APP, APP_KEY, REPOSITORIES } from './github-app.ts'
import { standardConfig } from './standard-config.ts'
import type { WorldOptions } from './world.ts'

/** A token alone, and a token beside a membership; asking is enough, so that a test begins where it matters. */
const ROLES = `
  read-web:
    name: Read the web repository
    providers: [github]
    permissions: { allow: [{ operations: ["token:contents:read"], targets: [web] }] }
    scopes: { allow: { groups: [platform] } }
    approval: none
    max_duration: 4h
  sre-and-web:
    name: SRE team with its repository
    providers: [github]
    permissions:
      allow:
        - { operations: ["team:member"], targets: [sre] }
        - { operations: ["token:contents:read"], targets: [web] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
`

const members = { 'ann-acme': 'member', 'bob-acme': 'member', 'sam-acme': 'admin', 'sue-acme': 'member' } as const
export const GITHUB = { members, teams: { sre: {} }, app: APP, repositories: REPOSITORIES }
export const ENV = { GITHUB_APP_KEY: APP_KEY }

export function yamlWithTokens(github: GithubOrganisation): string {
  return withTokens(yamlWith(github, { roles: ROLES }))
}

/** Without limits of its own, for who sets them. */
export function plainYamlWithTokens(github: GithubOrganisation): string {
  return withTokens(standardConfig(github, { roles: ROLES }))
}

function withTokens(yaml: string): string {
  return yaml.replace(
    'api_url:',
    `app: { id: "7", private_key: "\${env:GITHUB_APP_KEY}", installation_id: 70 }, api_url:`,
  )
}

/** The real server, whose GitHub has an App that makes tokens. */
export function givenCredentialStage(options: WorldOptions = {}): Promise<Stage> {
  const env = { ...ENV, ...options.env }
  return givenStage({ ...options, github: { ...GITHUB, ...options.github }, yaml: yamlWithTokens, env })
}

export function pull(device: DeviceClient, id: string): Promise<Answered> {
  return device.call('POST', `/api/v1/sessions/${id}/credentials`)
}

/** The token of an answer that brought one. */
export function tokenIn({ status, text, body }: Answered): string {
  const environment = body['environment']
  const token = typeof environment === 'object' && environment !== null && 'GH_TOKEN' in environment
  if (status !== 200 || !token) throw new Error(`no credential: ${status} ${text}`)
  return String(environment.GH_TOKEN)
}

export async function pulled(device: DeviceClient, id: string): Promise<string> {
  return tokenIn(await pull(device, id))
}

/** Of the grant, oldest first. */
export async function credentialsOf({ sql }: Stage, id: string) {
  const rows = await sql`select * from credential where grant_id = ${id} order by id`
  return rows.map(({ state, receipt, key_id: keyId, works_until: worksUntil, last_error: lastError }) => ({
    ...{ state: String(state), receipt, keyId, worksUntil, lastError },
  }))
}

/** Of the record, without what is said of slots and votes. */
export async function storyOf({ sql }: Stage, id: string): Promise<readonly string[]> {
  const rows =
    await sql`select name from audit_event where subject = ${id} and (name like 'credential%' or name like 'grant%') order by seq`
  return rows.map(({ name }) => String(name))
}
