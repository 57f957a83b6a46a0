import { createSign, generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type GithubOrganisation,
  type GithubOrganisationOptions,
  startGithubOrganisation,
} from '../doubles/github/organisation.ts'

const running: GithubOrganisation[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

async function started(options: GithubOrganisationOptions = {}): Promise<GithubOrganisation> {
  const github = await startGithubOrganisation({
    members: { ann: 'admin', bob: 'member' },
    teams: { ops: { bob: 'member' }, dev: {} },
    outsiders: ['sue'],
    ...options,
  })
  running.push(github)
  return github
}

const headers = { 'x-github-api-version': '2022-11-28', 'user-agent': 'test' }

async function call(github: GithubOrganisation, line: string, body?: unknown, more: Record<string, string> = {}) {
  const [method = 'GET', path = '/'] = line.split(' ')
  const response = await fetch(`${github.url}${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${github.token}`, ...more },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer: Record<string, unknown> = text ? JSON.parse(text) : {}
  return { status: response.status, body: answer, headers: response.headers }
}

const statusOf = async (github: GithubOrganisation, line: string, body?: unknown) =>
  (await call(github, line, body)).status

function octokitFor(github: GithubOrganisation): Octokit {
  const octokit = new Octokit({ auth: github.token, baseUrl: github.url })
  octokit.hook.before('request', (options) => void Object.assign(options.headers, headers))
  return octokit
}

test('every described operation is served, and every answer satisfies the description', async () => {
  const github = await started()
  github.hands.setMember('eve', 'member')
  await call(github, 'PUT /orgs/acme/teams/ops/memberships/sue', { role: 'maintainer' })
  const reads = [
    '/orgs/acme',
    '/orgs/acme/members?role=admin&per_page=5&page=1',
    '/orgs/acme/memberships/bob',
    '/orgs/acme/memberships/sue',
    '/orgs/acme/invitations',
    '/orgs/acme/failed_invitations',
    '/orgs/acme/teams',
    '/orgs/acme/teams/ops',
    '/orgs/acme/teams/ops/members?role=member',
    '/orgs/acme/teams/ops/invitations',
    '/orgs/acme/teams/ops/memberships/bob',
    '/users/bob',
    `/user/${github.state.ids['bob']}`,
    '/user',
    '/user/memberships/orgs/acme',
    '/rate_limit',
  ]
  for (const path of reads) expect([path, await statusOf(github, `GET ${path}`)]).toEqual([path, 200])
  expect(await statusOf(github, 'GET /orgs/acme/members/bob')).toBe(204)
  expect(await statusOf(github, 'DELETE /orgs/acme/teams/ops/memberships/bob')).toBe(204)
  const id = github.state.pending['sue']?.invitationId
  expect(await statusOf(github, `DELETE /orgs/acme/invitations/${id}`)).toBe(204)
  expect(github.state.teamPending['ops']).toEqual({})
  expect(github.problems).toEqual([])
})

describe('the organisation', () => {
  test('a member changes role at once; the role before is read back', async () => {
    const github = await started()
    const octokit = octokitFor(github)
    const put = await octokit.rest.orgs.setMembershipForUser({ org: 'acme', username: 'bob', role: 'admin' })
    expect(put.data).toMatchObject({ role: 'admin', state: 'active', user: { login: 'bob' } })
    const all = await octokit.paginate(octokit.rest.orgs.listMembers, { org: 'acme', role: 'admin', per_page: 1 })
    expect(all.map(({ login }) => login)).toEqual(['ann', 'bob', 'thand-bot'])
    expect(github.problems).toEqual([])
    expect(github.journal[0]).toMatchObject({ method: 'PUT', body: { role: 'admin' }, status: 200, applied: true })
  })

  test('somebody from outside gets an invitation, whose role a second request changes', async () => {
    const github = await started()
    const first = await call(github, 'PUT /orgs/acme/memberships/sue', {})
    expect(first.body).toMatchObject({ state: 'pending', role: 'member' })
    const { invitationId } = github.state.pending['sue'] ?? {}
    await call(github, 'PUT /orgs/acme/memberships/sue', { role: 'admin' })
    expect(github.roleOf('sue')).toBe('pending admin')
    expect(github.state.pending['sue']?.invitationId).toBe(invitationId)
    github.hands.acceptInvitation('sue')
    expect(github.roleOf('sue')).toBe('admin')
  })

  test('a removal takes the teams along, cancels an invitation, and is 404 the second time', async () => {
    const github = await started()
    await call(github, 'PUT /orgs/acme/teams/ops/memberships/sue')
    for (const login of ['bob', 'sue']) {
      expect(await statusOf(github, `DELETE /orgs/acme/memberships/${login}`)).toBe(204)
      expect(await statusOf(github, `DELETE /orgs/acme/memberships/${login}`)).toBe(404)
    }
    expect(github.state.teams['ops']).toEqual({})
    expect(github.state.teamPending['ops']).toEqual({})
  })

  test('the last owner stays; the bot counts as one unless told otherwise', async () => {
    const alone = await started({ botIsOwner: false })
    expect(await statusOf(alone, 'PUT /orgs/acme/memberships/ann', { role: 'member' })).toBe(403)
    expect(await statusOf(alone, 'DELETE /orgs/acme/memberships/ann')).toBe(403)
    expect(await statusOf(alone, 'GET /user/memberships/orgs/acme')).toBe(404)
    expect(alone.roleOf('ann')).toBe('admin')
    const github = await started()
    expect(await statusOf(github, 'PUT /orgs/acme/memberships/ann', { role: 'member' })).toBe(200)
  })

  test('a blind token sees the public only', async () => {
    const github = await started()
    github.state.blind = true
    expect(await statusOf(github, 'GET /orgs/acme/memberships/bob')).toBe(404)
    expect(await statusOf(github, 'DELETE /orgs/acme/memberships/bob')).toBe(404)
    expect(await statusOf(github, 'GET /orgs/acme/teams/ops')).toBe(404)
    for (const path of ['/orgs/acme', '/users/bob', '/user']) expect(await statusOf(github, `GET ${path}`)).toBe(200)
    expect(github.roleOf('bob')).toBe('member')
  })

  test('logins are compared without case, and nobody is found by a name every object has', async () => {
    const github = await started()
    expect((await call(github, 'GET /orgs/ACME/memberships/BOB')).body).toMatchObject({ user: { login: 'bob' } })
    for (const name of ['constructor', '__proto__', '..%2F..', '%25', 'o%22brien'])
      expect(await statusOf(github, `PUT /orgs/acme/memberships/${name}`)).toBe(404)
    expect(await statusOf(github, 'GET /orgs/other/memberships/bob')).toBe(404)
  })
})

describe('teams', () => {
  test('a place in a team is given, changed and taken', async () => {
    const github = await started()
    const path = '/orgs/acme/teams/dev/memberships/bob'
    expect(await statusOf(github, `GET ${path}`)).toBe(404)
    expect((await call(github, `PUT ${path}`)).body).toMatchObject({ role: 'member', state: 'active' })
    expect((await call(github, `PUT ${path}`, { role: 'maintainer' })).body).toMatchObject({ role: 'maintainer' })
    expect(await statusOf(github, `DELETE ${path}`)).toBe(204)
    expect(await statusOf(github, `DELETE ${path}`)).toBe(404)
  })

  test('somebody from outside is invited to both and lands in both', async () => {
    const github = await started()
    const put = await call(github, 'PUT /orgs/acme/teams/dev/memberships/sue', { role: 'maintainer' })
    expect(put.body).toMatchObject({ role: 'maintainer', state: 'pending' })
    expect(github.roleOf('sue')).toBe('pending member')
    github.hands.acceptInvitation('sue')
    expect([github.roleOf('sue'), github.state.teams['dev']]).toEqual(['member', { sue: 'maintainer' }])
  })

  test('a synced team refuses writes and a hidden or deleted one is not there', async () => {
    const github = await started()
    github.state.syncedTeams.add('ops')
    const refused = await call(github, 'DELETE /orgs/acme/teams/ops/memberships/bob')
    expect([refused.status, refused.body['message']]).toEqual([403, 'Team is synced with an identity provider'])
    github.state.blindTeams.add('ops')
    expect(await statusOf(github, 'GET /orgs/acme/teams/ops/memberships/bob')).toBe(404)
    github.hands.deleteTeam('dev')
    expect(await statusOf(github, 'GET /orgs/acme/teams/dev')).toBe(404)
  })

  test('owners read as maintainers where that is asked for', async () => {
    const teams = { ops: { ann: 'member' } } as const
    for (const [ownersAreMaintainers, role] of [[true, 'maintainer'] as const, [false, 'member'] as const]) {
      const github = await started({ teams, ownersAreMaintainers })
      expect((await call(github, 'GET /orgs/acme/teams/ops/memberships/ann')).body['role']).toBe(role)
    }
  })
})

describe('requests that GitHub does not describe', () => {
  test.each([
    ['PUT /orgs/acme/memberships/bob', { role: 'owner' }, 422, 'body/role must be equal'],
    ['PUT /orgs/acme/teams/ops/memberships/bob', { role: 'admin' }, 422, 'body/role must be equal'],
    ['PUT /orgs/acme/memberships/bob', { rol: 'admin' }, 200, 'body/rol is unknown'],
    ['GET /orgs/acme/members?role=owner', undefined, 422, 'query role must be equal'],
    ['GET /orgs/acme/members?size=3', undefined, 200, 'query size is unknown'],
    ['GET /user/bob', undefined, 422, 'path account_id must be integer'],
    ['PATCH /orgs/acme', {}, 404, 'no such operation'],
    ['GET /orgs/acme/members/%', undefined, 404, 'no such operation'],
  ])('%s %j is answered %i and reported', async (line, body, status, problem) => {
    const github = await started()
    expect(await statusOf(github, line, body)).toBe(status)
    expect(github.problems.join()).toContain(problem)
    expect(github.roleOf('bob')).toBe('member')
  })

  test('the version and the user agent are required, the token is checked', async () => {
    const github = await started()
    await call(github, 'GET /user', undefined, { 'x-github-api-version': '' })
    expect((await call(github, 'GET /user', undefined, { 'user-agent': '' })).status).toBe(403)
    expect(github.problems).toEqual(['GET /user: no X-GitHub-Api-Version', 'GET /user: no user-agent'])
    expect((await call(github, 'GET /user', undefined, { authorization: 'Bearer other' })).status).toBe(401)
  })
})

describe('faults', () => {
  const path = '/orgs/acme/memberships/bob'
  const raise = (github: GithubOrganisation) => statusOf(github, `PUT ${path}`, { role: 'admin' })

  test('a status is answered with or without the change, as often as planned', async () => {
    const github = await started()
    github.faults.next({ method: 'PUT', path: /memberships/ }, { kind: 'status', status: 500 }, 2)
    expect([await statusOf(github, `GET ${path}`), await raise(github), await raise(github)]).toEqual([200, 500, 500])
    expect([github.roleOf('bob'), github.faults.waiting]).toEqual(['member', 0])
    github.faults.next({}, { kind: 'status', status: 502, apply: true })
    expect([await raise(github), github.roleOf('bob')]).toEqual([502, 'admin'])
    expect(github.journal.map(({ applied }) => applied)).toEqual([false, false, false, true])
  })

  test.each([true, false])('the connection is cut, the change made: %s', async (apply) => {
    const github = await started()
    github.faults.next({}, { kind: 'reset', apply })
    await expect(raise(github)).rejects.toThrow()
    expect(github.roleOf('bob')).toBe(apply ? 'admin' : 'member')
    expect(github.journal[0]).toMatchObject({ status: 0, applied: apply })
  })

  test('a lie changes nothing', async () => {
    const github = await started()
    github.faults.next({}, { kind: 'lie' }, 2)
    expect((await call(github, `PUT ${path}`, { role: 'admin' })).body).toMatchObject({ role: 'admin' })
    expect(await statusOf(github, `DELETE ${path}`)).toBe(204)
    expect([github.roleOf('bob'), github.journal[0]?.applied]).toEqual(['member', false])
  })

  test('a late change comes after its answer', async () => {
    const github = await started()
    const changed = new Promise((resolve) => github.onChange(resolve))
    github.faults.next({}, { kind: 'late', ms: 40, answer: 504 })
    expect([await raise(github), github.roleOf('bob')]).toEqual([504, 'member'])
    expect(await changed).toMatchObject({ by: 'api', what: `PUT ${path}` })
    expect(github.roleOf('bob')).toBe('admin')
  })

  test('a change that is still to come is forgotten when the double closes', async () => {
    const github = await started()
    github.faults.next({}, { kind: 'late', ms: 300 })
    github.faults.next({}, { kind: 'hang', applyAfterMs: 300 })
    await expect(raise(github)).rejects.toThrow()
    const hanging = expect(raise(github)).rejects.toThrow()
    await expect.poll(() => github.journal.length).toBe(2)
    await github.close()
    await hanging
    await sleep(350)
    expect(github.roleOf('bob')).toBe('member')
  })

  test('slow, limited, down and unauthorized', async () => {
    const github = await started()
    github.faults.next({}, { kind: 'delay', ms: 30 })
    const before = performance.now()
    expect(await raise(github)).toBe(200)
    expect(performance.now() - before).toBeGreaterThan(25)
    github.faults.secondaryRateLimit(7)
    const limited = await call(github, 'GET /user')
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '7'])
    expect(limited.body['message']).toContain('secondary rate limit')
    github.faults.unauthorized = true
    expect(await raise(github)).toBe(401)
    github.faults.down = true
    expect(await raise(github)).toBe(503)
    github.faults.clear()
    expect(await raise(github)).toBe(200)
  })
})

test('hands change things behind our back, in a journal of their own', async () => {
  const github = await started()
  const seen: string[] = []
  const stop = github.onChange(({ by, what }) => seen.push(`${by}: ${what}`))
  const id = github.state.ids['bob']
  github.hands.rename('bob', 'bobby')
  expect((await call(github, `GET /user/${id}`)).body['login']).toBe('bobby')
  expect([github.roleOf('bobby'), github.state.teams['ops']]).toEqual(['member', { bobby: 'member' }])
  expect(github.hands.reuseLogin('bob')).not.toBe(id)
  expect((await call(github, 'GET /users/bob')).body['id']).toBe(github.state.ids['bob'])
  expect(await statusOf(github, 'GET /orgs/acme/memberships/bob')).toBe(404)
  github.hands.deleteAccount('bobby')
  expect(await statusOf(github, `GET /user/${id}`)).toBe(404)
  stop()
  github.hands.setTeam('ops', 'ann', undefined)
  expect(seen).toEqual(['hand: rename bob bobby', 'hand: reuseLogin bob', 'hand: deleteAccount bobby'])
  expect(github.handJournal.map(({ what }) => what)).toEqual([...seen.map((s) => s.slice(6)), 'setTeam ops ann none'])
  expect(github.journal.every(({ applied }) => !applied)).toBe(true)
})

test('an invitation can be declined or run out', async () => {
  const github = await started({ outsiders: ['sue', 'tom'] })
  for (const login of ['sue', 'tom']) await call(github, `PUT /orgs/acme/memberships/${login}`)
  github.hands.declineInvitation('sue')
  github.hands.expireInvitation('tom')
  expect([github.roleOf('sue'), github.roleOf('tom')]).toEqual([undefined, undefined])
  expect(Object.values((await call(github, 'GET /orgs/acme/failed_invitations')).body)).toMatchObject([
    { login: 'tom' },
  ])
})

describe('an app', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const app = { id: 7, installationId: 70, publicKeyPem: publicKey }

  function assertion(claims: Record<string, unknown>): string {
    const now = Math.floor(Date.now() / 1000)
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const said = `${part({ alg: 'RS256' })}.${part({ iss: 7, iat: now - 30, exp: now + 300, ...claims })}`
    return `${said}.${createSign('RSA-SHA256').update(said).sign(privateKey).toString('base64url')}`
  }

  test('an installation token is minted for a signed assertion and honoured', async () => {
    const github = await started({ app })
    const auth = { appId: 7, installationId: 70, privateKey }
    const octokit = new Octokit({ authStrategy: createAppAuth, auth, baseUrl: github.url })
    octokit.hook.before('request', (options) => void Object.assign(options.headers, headers))
    await octokit.rest.orgs.setMembershipForUser({ org: 'acme', username: 'bob', role: 'admin' })
    expect(github.roleOf('bob')).toBe('admin')
    expect(github.journal.map(({ status }) => status)).toEqual([201, 200])
    const token = String(Reflect.get(Object(await octokit.auth({ type: 'installation' })), 'token'))
    expect((await call(github, 'GET /user', undefined, { authorization: `token ${token}` })).status).toBe(403)
    const bearer = { authorization: `Bearer ${assertion({})}` }
    for (const path of ['/app', '/app/installations/70'])
      expect((await call(github, `GET ${path}`, undefined, bearer)).status).toBe(200)
    expect(github.problems).toEqual([])
  })

  test('a token of a narrower scope reads its repositories only, until it is revoked or over', async () => {
    const permissions = { members: 'write', metadata: 'read', contents: 'read' }
    const repositories = { web: { 'README.md': '# web' }, api: { 'README.md': '# api' } }
    const github = await started({ app: { ...app, permissions }, repositories })
    const minted = async (body: unknown) => {
      const more = { authorization: `Bearer ${assertion({})}` }
      const { status, body: said } = await call(github, 'POST /app/installations/70/access_tokens', body, more)
      return { status, token: String(Reflect.get(Object(said), 'token')) }
    }
    const as = async (token: string, what: string) =>
      (await call(github, what, undefined, { authorization: `Bearer ${token}` })).status
    const { token } = await minted({ repositories: ['web'], permissions: { contents: 'read' } })
    const reads = () =>
      Promise.all(['web', 'api'].map((each) => as(token, `GET /repos/acme/${each}/contents/README.md`)))
    expect(await reads()).toEqual([200, 404])
    expect(await as(token, 'DELETE /orgs/acme/memberships/bob')).toBe(403)
    const other = (await minted({ repositories: ['web'], permissions: { metadata: 'read' } })).token
    expect(await as(other, 'GET /repos/acme/web/contents/README.md')).toBe(403)
    expect(await as(token, 'DELETE /installation/token')).toBe(204)
    expect(await as(token, 'DELETE /installation/token')).toBe(401)
    expect(await reads()).toEqual([401, 401])
    for (const left of Object.values(github.state.tokens)) left.expiresAt = Date.now() - 1
    expect(await as(other, 'GET /rate_limit')).toBe(401)
    expect((await minted({ repositories: ['gone'] })).status).toBe(422)
    expect((await minted({ repositories: ['web'], permissions: { contents: 'write' } })).status).toBe(422)
    expect(github.problems).toEqual([])
  })

  test.each([
    ['of another app', assertion({ iss: 8 })],
    ['that is over', assertion({ exp: 1 })],
    ['that lasts too long', assertion({ exp: Date.now() / 1000 + 3600 })],
    ['that was changed', `${assertion({}).slice(0, -8)}AAAAAAAA`],
    ['that is none', 'ghp_test'],
  ])('an assertion %s is refused', async (_, bearer) => {
    const github = await started({ app })
    const more = { authorization: `Bearer ${bearer}` }
    expect((await call(github, 'POST /app/installations/70/access_tokens', undefined, more)).status).toBe(401)
  })
})
