import { createAppAuth } from '@octokit/auth-app'
import type { Finding } from '../../src/ports/online-check.ts'
import type { GithubCall } from './client.ts'
import type { GithubAppConfig, GithubConfig } from './config.ts'
import { installationShape } from './shapes.ts'

/** What every operation on memberships needs: https://docs.github.com/en/rest/orgs/members */
const APP_NEEDS: ReadonlyMap<string, string> = new Map([['members', 'write']])
/** Every App has it. */
const APP_ALWAYS = 'metadata'
const TOKEN_NEEDS = 'admin:org'
const IN_IT: readonly string[] = [TOKEN_NEEDS, 'write:org', 'read:org']

/** Rights of our own credential that are missing, and those that nothing here needs. */
export async function checkRights({ credential }: GithubConfig, call: GithubCall): Promise<readonly Finding[]> {
  if (credential.kind === 'app') return appRights(credential, call)
  return FINE_GRAINED.test(credential.token.reveal()) ? [untold] : tokenRights(call)
}

/** https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats */
const FINE_GRAINED = /^github_pat_/
const untold: Finding = {
  kind: 'unchecked',
  what: 'the rights of the token, which GitHub does not tell; it needs Members: Read and write, and nothing else',
}

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
async function tokenRights(call: GithubCall): Promise<readonly Finding[]> {
  const scopes = await call.scopes()
  if (!scopes.ok) return [{ kind: 'unsure', what: 'the rights of the token could not be asked', mend: 'try again' }]
  if (scopes.value === undefined) return [untold]
  const extra = scopes.value.filter((scope) => !IN_IT.includes(scope))
  const missing: Finding = {
    kind: 'wrong',
    what: `the token lacks the scope ${TOKEN_NEEDS}`,
    mend: 'a token with that scope alone',
  }
  const has: Finding = { kind: 'fine', what: `the token has the scope ${TOKEN_NEEDS}` }
  return [scopes.value.includes(TOKEN_NEEDS) ? has : missing, ...tooMuch('the token', extra)]
}

/** https://docs.github.com/en/rest/apps/apps#get-an-installation-for-the-authenticated-app */
async function appRights(app: GithubAppConfig, call: GithubCall): Promise<readonly Finding[]> {
  const auth = createAppAuth({ appId: app.id, privateKey: app.privateKey.reveal() })
  const { token: assertion } = await auth({ type: 'app' })
  const found = await call.askAs(assertion, 'GET /app/installations/{installation_id}', {
    parameters: { installation_id: app.installationId },
    shape: installationShape,
  })
  if (!found.ok) return [{ kind: 'unsure', what: 'the rights of the App could not be asked', mend: 'try again' }]
  const { permissions, account } = found.value
  const lacking = [...APP_NEEDS].filter(([name, access]) => permissions[name] !== access)
  const extra = Object.entries(permissions).filter(([name]) => name !== APP_ALWAYS && !APP_NEEDS.has(name))
  return [
    ...whoseInstallation(call.org, account?.login),
    ...(lacking.length === 0 ? [{ kind: 'fine', what: `the App may ${inWords([...APP_NEEDS])}` } as const] : []),
    ...lacking.map(([name, access]): Finding => {
      const what = `the App lacks the permission ${name}: ${access}`
      return { kind: 'wrong', what, mend: 'its settings, Permissions; then accept the change where it is installed' }
    }),
    ...tooMuch(
      'the App',
      extra.map(([name, access]) => `${name}: ${access}`),
    ),
  ]
}

function whoseInstallation(org: string, login: string | undefined): readonly Finding[] {
  if (login?.toLowerCase() === org.toLowerCase()) return []
  const what = `the installation is of ${login ?? 'somebody else'}, not of ${org}`
  return [
    { kind: 'wrong', what, mend: 'installation_id: the number at the end of the address of the installation’s page' },
  ]
}

function tooMuch(whose: string, extra: readonly string[]): readonly Finding[] {
  if (extra.length === 0) return []
  return [{ kind: 'note', what: `${whose} may also ${extra.join(', ')}, which no role needs`, mend: 'take that away' }]
}

function inWords(permissions: readonly (readonly [string, string])[]): string {
  return permissions.map(([name, access]) => `${name}: ${access}`).join(', ')
}
