import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withinDeadline } from '../../providers/common/deadline.ts'
import { githubEngine } from '../../providers/github/engine.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Slot } from '../../src/core/target.ts'
import type { Logger } from '../../src/ports/log.ts'
import type { GrantOrder, Observation, Permission } from '../../src/ports/provider.ts'
import { listsHolders } from '../../src/ports/provider.ts'
import {
  type GithubOrganisation,
  type GithubOrganisationOptions,
  startGithubOrganisation,
} from '../doubles/github/organisation.ts'
import { expectValue, type ProviderWorld, providerConformance, type WriteFault } from './conformance.ts'

const token = 'ghp_canaryCanaryCanary0123456789'
const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent }
const hostile = [
  '..',
  '.',
  '../../user',
  '%2e%2e',
  '%2e%2e%2fsecret',
  'a/b',
  'a\\b',
  'a?role=admin',
  'a#b',
  'o"brien@x',
  'a\nb',
  'ünïcode',
  '\u202egnp',
  'thand[bot]',
  '__proto__.x',
  '',
  ' ',
]

function open(raw: unknown) {
  return githubEngine.open('github', expectValue(githubEngine.parseConfig(raw)), { log: silent })
}

function isWrite({ method, path }: { method: string; path: string }): boolean {
  return method !== 'GET' && !path.startsWith('/app/')
}

/** An organisation with a provider before it; nothing that the provider asks may be wrong by GitHub's description. */
async function given(options: GithubOrganisationOptions = {}, config: Record<string, unknown> = {}) {
  const github = await startGithubOrganisation({
    token,
    members: { ann: 'admin', bob: 'member' },
    teams: { sre: {}, dev: { bob: 'member' } },
    outsiders: ['sue'],
    ...options,
  })
  onTestFinished(async () => {
    await github.close()
    expect(github.problems).toEqual([])
  })
  const provider = open({ org: github.org, token, api_url: github.url, ...config })
  const slotOf = (login: string, name: string): Slot => {
    const id = github.state.ids[login]
    if (id === undefined) throw new Error(`there is no ${login}`)
    return { instance: provider.instance, subject: { id: String(id), login }, name }
  }
  return { github, provider, slotOf, writes: () => github.journal.filter(isWrite) }
}

const at = (level: string): Observation => ({ kind: 'at', level })
const invitedAs = (level: string): Observation => ({ kind: 'invited', level })
const order = (seen: Observation): GrantOrder => ({ grant: 'g1', seen, signal: new AbortController().signal })
const refusedAs = (code: string) => ({ ok: false, error: { kind: 'refused', code } })
const failedAs = (kind: string) => ({ ok: false, error: { kind } })

function worldFrom(github: GithubOrganisation, kind: 'org' | 'team'): ProviderWorld {
  const slugOf = 'sre'
  const faults: Readonly<Record<WriteFault, Parameters<GithubOrganisation['faults']['next']>[1]>> = {
    'answer-lost': { kind: 'reset', apply: true },
    'error-after-applying': { kind: 'status', status: 502, apply: true },
    error: { kind: 'status', status: 500 },
    throttled: { kind: 'status', status: 429, headers: { 'retry-after': '7' }, message: `slow down ${token}` },
    'refused-credential': { kind: 'status', status: 401, message: `Bad credentials ${token}` },
    silence: { kind: 'hang' },
  }
  return {
    provider: open({ org: 'acme', token, api_url: github.url }),
    login: kind === 'org' ? 'sue' : 'bob',
    slot: kind === 'org' ? 'org:acme' : `team:acme/${slugOf}`,
    low: 'member',
    high: kind === 'org' ? 'admin' : 'maintainer',
    level: () =>
      kind === 'org'
        ? (github.roleOf('sue') ?? 'absent').replace('pending ', '')
        : (github.state.teams[slugOf]?.['bob'] ?? 'absent'),
    set: (level) => {
      if (kind === 'org')
        github.hands.setMember('sue', level === 'absent' ? undefined : level === 'admin' ? level : 'member')
      else
        github.hands.setTeam(slugOf, 'bob', level === 'absent' ? undefined : level === 'maintainer' ? level : 'member')
    },
    writesApplied: () => github.journal.filter((entry) => isWrite(entry) && entry.applied).length,
    writesSent: () => github.journal.filter(isWrite).length,
    nextWrite: (fault) => {
      github.faults.next({ method: 'PUT' }, faults[fault])
      github.faults.next({ method: 'DELETE' }, faults[fault])
    },
    breakCredential: (how) => {
      if (how === 'blind') github.state.blind = true
      else github.faults.unauthorized = true
    },
    goDown: () => {
      github.faults.down = true
    },
    hostileLogins: hostile,
    hostileTargets: hostile,
    operation: 'team:member',
    canary: token,
    problems: () => github.problems,
    asked: () => github.journal.map(({ path }) => path),
    close: () => github.close(),
  }
}

async function freshWorld(kind: 'org' | 'team'): Promise<ProviderWorld> {
  const members = { ann: 'admin', bob: 'member' } as const
  const github = await startGithubOrganisation({ token, members, teams: { sre: {} }, outsiders: ['sue'] })
  return worldFrom(github, kind)
}

providerConformance('GitHub, the organisation', () => freshWorld('org'))
providerConformance('GitHub, a team', () => freshWorld('team'))

describe('the organisation', () => {
  test('somebody from outside is invited; the invitation counts as its level, and accepted it is the level', async () => {
    const { github, provider, slotOf } = await given()
    const slot = slotOf('sue', 'org:acme')
    expect(await provider.raise(slot, 'admin', order(at('absent')))).toEqual({ ok: true, value: undefined })
    expect(github.roleOf('sue')).toBe('pending admin')
    expect(await provider.observe(slot)).toEqual({ ok: true, value: invitedAs('admin') })
    github.hands.acceptInvitation('sue')
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('admin') })
  })

  test('an invitation is cancelled as an invitation, among more than a page of others', async () => {
    const { github, provider, slotOf, writes } = await given()
    for (let n = 0; n < 130; n++) {
      github.state.ids[`guest-${n}`] = 5000 + n
      github.state.pending[`guest-${n}`] = { role: 'member', invitationId: 6000 + n }
    }
    github.state.pending['sue'] = { role: 'admin', invitationId: 7000 }
    const slot = slotOf('sue', 'org:acme')
    expect(await provider.lower(slot, 'absent', order(invitedAs('admin')))).toMatchObject({ ok: true })
    expect(writes().map(({ path }) => path)).toEqual(['/orgs/acme/invitations/7000'])
    expect(Object.keys(github.state.pending)).toHaveLength(130)
  })

  test('an invitation that was accepted since the read is not answered by removing a member', async () => {
    const { github, provider, slotOf, writes } = await given()
    const slot = slotOf('sue', 'org:acme')
    await provider.raise(slot, 'admin', order(at('absent')))
    github.hands.acceptInvitation('sue')
    expect(await provider.lower(slot, 'absent', order(invitedAs('admin')))).toMatchObject({ ok: true })
    expect([github.roleOf('sue'), writes().length]).toEqual(['admin', 1])
    expect(await provider.lower(slot, 'absent', order(at('admin')))).toMatchObject({ ok: true })
    expect(github.roleOf('sue')).toBeUndefined()
  })

  test('the last owner cannot be lowered, and the answer says so', async () => {
    const { provider, slotOf } = await given({ botIsOwner: false, members: { ann: 'admin', bob: 'member' } })
    const lowered = await provider.lower(slotOf('ann', 'org:acme'), 'member', order(at('admin')))
    expect(lowered).toMatchObject(refusedAs('last_holder'))
  })

  test('the owners can be listed, and not by a half blind credential', async () => {
    const { github, provider } = await given()
    if (!listsHolders(provider)) throw new Error('no list of owners')
    const target = { slot: 'org:acme', level: 'admin' }
    expect(await provider.holdersOf(target)).toEqual({ ok: true, value: ['ann', 'thand-bot'] })
    github.state.blind = true
    expect(await provider.holdersOf(target)).toMatchObject(failedAs('unseen'))
    expect(provider.holdersOf({ slot: 'org:acme', level: 'member' })).toBeUndefined()
  })

  test('a credential outside the organisation sees its public members only: that proves nothing', async () => {
    const { provider, slotOf } = await given({ botIsOwner: false })
    expect(await provider.observe(slotOf('sue', 'org:acme'))).toMatchObject(failedAs('unseen'))
  })
})

describe('a team', () => {
  test('refuses somebody from outside the organisation, or with an open invitation to it, and sends nothing', async () => {
    const { github, provider, slotOf, writes } = await given()
    const slot = slotOf('sue', 'team:acme/sre')
    expect(await provider.raise(slot, 'member', order(at('absent')))).toMatchObject(refusedAs('not_in_organisation'))
    github.state.pending['sue'] = { role: 'member', invitationId: 7000 }
    expect(await provider.raise(slot, 'member', order(at('absent')))).toMatchObject(refusedAs('not_in_organisation'))
    expect(writes()).toEqual([])
  })

  test('invites them where the config says so, and takes the invitation to the team back', async () => {
    const { github, provider, slotOf } = await given({}, { invite: true })
    const slot = slotOf('sue', 'team:acme/sre')
    const waits = { kind: 'throttled', retryAfterSeconds: 1 }
    expect(await provider.raise(slot, 'member', order(at('absent')))).toEqual({ ok: false, error: waits })
    await provider.raise(slotOf('sue', 'org:acme'), 'member', order(at('absent')))
    expect(await provider.raise(slot, 'member', order(at('absent')))).toMatchObject({ ok: true })
    expect(await provider.observe(slot)).toEqual({ ok: true, value: invitedAs('member') })
    expect(await provider.lower(slot, 'absent', order(invitedAs('member')))).toMatchObject({ ok: true })
    expect(github.state.teamPending['sre']).toEqual({})
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('absent') })
  })

  test('that an identity provider fills refuses in its own words', async () => {
    const { github, provider, slotOf } = await given()
    github.state.syncedTeams.add('sre')
    const raised = await provider.raise(slotOf('bob', 'team:acme/sre'), 'member', order(at('absent')))
    expect(raised).toMatchObject(refusedAs('synced_elsewhere'))
    github.faults.next(
      { method: 'PUT' },
      { kind: 'status', status: 422, message: 'This team is synchronized with an IdP' },
    )
    const again = await provider.raise(slotOf('bob', 'team:acme/sre'), 'member', order(at('absent')))
    expect(again).toMatchObject(refusedAs('synced_elsewhere'))
  })

  test('that is gone holds nobody, for an owner’s credential, and cannot be raised', async () => {
    const { github, provider, slotOf } = await given()
    github.hands.deleteTeam('dev')
    const slot = slotOf('bob', 'team:acme/dev')
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('absent') })
    expect(await provider.raise(slot, 'member', order(at('absent')))).toMatchObject(refusedAs('target_unknown'))
    expect(await provider.lower(slot, 'absent', order(at('member')))).toMatchObject({ ok: true })
  })

  test('that a mere member’s credential does not see is unseen', async () => {
    const { github, provider, slotOf } = await given({
      botIsOwner: false,
      members: { ann: 'admin', bob: 'member', 'thand-bot': 'member' },
    })
    github.state.blindTeams.add('dev')
    const slot = slotOf('bob', 'team:acme/dev')
    expect(await provider.observe(slot)).toMatchObject(failedAs('unseen'))
    expect(await provider.raise(slot, 'maintainer', order(at('member')))).toMatchObject(failedAs('unseen'))
  })

  test('shows an owner as maintainer, whatever they were made: they count as member', async () => {
    const { github, provider, slotOf } = await given({ ownersAreMaintainers: true })
    const slot = slotOf('ann', 'team:acme/sre')
    expect(await provider.raise(slot, 'maintainer', order(at('absent')))).toMatchObject(refusedAs('invalid'))
    expect(await provider.raise(slot, 'member', order(at('absent')))).toMatchObject({ ok: true })
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('member') })
    github.hands.setTeam('sre', 'bob', 'maintainer')
    expect(await provider.observe(slotOf('bob', 'team:acme/sre'))).toEqual({ ok: true, value: at('maintainer') })
  })
})

describe('who is who', () => {
  test('an account is pinned by its id, and followed when it is renamed', async () => {
    const { github, provider, slotOf, writes } = await given()
    const bob = expectValue(await provider.resolveSubject({ login: 'bob' }))
    const slot = slotOf('bob', 'org:acme')
    github.hands.rename('bob', 'bobby')
    expect(await provider.resolveSubject({ login: 'bob', id: bob.id })).toEqual({
      ok: true,
      value: { id: bob.id, login: 'bobby' },
    })
    expect(await provider.raise(slot, 'admin', order(at('member')))).toMatchObject({ ok: true })
    expect(await provider.lower(slot, 'member', order(at('admin')))).toMatchObject({ ok: true })
    expect(writes().map(({ path }) => path)).toEqual(Array(2).fill('/orgs/acme/memberships/bobby'))
  })

  test('who took the name is never touched, and what is asked about the name decides nothing', async () => {
    const { github, provider, slotOf } = await given()
    const org = slotOf('bob', 'org:acme')
    const team = slotOf('bob', 'team:acme/dev')
    github.hands.reuseLogin('bob')
    github.hands.setMember('bob', 'admin')
    github.hands.setTeam('dev', 'bob', 'maintainer')
    const before = github.journal.length
    for (const slot of [org, team]) {
      expect(await provider.observe(slot)).toEqual({ ok: true, value: at('absent') })
      expect(await provider.lower(slot, 'absent', order(at('member')))).toMatchObject({ ok: true })
      expect(await provider.raise(slot, 'member', order(at('absent')))).toMatchObject(refusedAs('subject_unknown'))
    }
    expect(github.journal.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
    expect([github.roleOf('bob'), github.state.teams['dev']?.['bob']]).toEqual(['admin', 'maintainer'])
  })

  test('an account that was deleted is absent, unless our credential is half blind', async () => {
    const { github, provider, slotOf } = await given()
    const slot = slotOf('bob', 'org:acme')
    github.hands.deleteAccount('bob')
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('absent') })
    expect(await provider.resolveSubject({ login: 'bob' })).toMatchObject(refusedAs('subject_unknown'))
    expect(await provider.resolveSubject({ login: 'bob', id: slot.subject.id })).toMatchObject(
      refusedAs('subject_unknown'),
    )
    github.state.blind = true
    expect(await provider.observe(slot)).toMatchObject(failedAs('unseen'))
  })

  test('an account that GitHub hides but lists as a member is not absent', async () => {
    const { github, provider, slotOf } = await given()
    const slot = slotOf('bob', 'org:acme')
    github.faults.next({ path: /^\/user\/\d+$/ }, { kind: 'status', status: 404 })
    expect(await provider.observe(slot)).toMatchObject(failedAs('unknown'))
  })

  test('our own account is refused, by its name and by its id', async () => {
    const { github, provider } = await given()
    const id = String(github.state.ids['thand-bot'])
    expect(await provider.resolveSubject({ login: 'thand-bot' })).toMatchObject(refusedAs('subject_is_ours'))
    expect(await provider.resolveSubject({ login: 'x', id })).toMatchObject(refusedAs('subject_is_ours'))
    expect(github.journal.filter(({ path }) => path === '/user')).toHaveLength(1)
  })

  test('a name passed on between looking it up and reading is no answer', async () => {
    const { github, provider, slotOf } = await given()
    const slot = slotOf('bob', 'org:acme')
    const isLookedUp = () => github.journal.some(({ path, status }) => path.startsWith('/user/') && status === 200)
    const work = async () => {
      await expect.poll(isLookedUp).toBe(true)
      github.hands.reuseLogin('bob')
      github.hands.setMember('bob', 'admin')
    }
    github.faults.next({ path: /memberships/ }, { kind: 'meanwhile', work })
    expect(await provider.observe(slot)).toMatchObject(failedAs('unknown'))
  })

  test('a name passed on while both are asked is absence, whoever has it now', async () => {
    const { github, provider, slotOf } = await given()
    const slot = slotOf('bob', 'org:acme')
    const work = () => {
      github.hands.reuseLogin('bob')
      github.hands.setMember('bob', 'admin')
    }
    github.faults.next({ path: /^\/user\/\d+$/ }, { kind: 'meanwhile', work })
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('absent') })
  })

  test('whoever has another name today is looked at under that one, in one more step', async () => {
    const { github, provider, slotOf } = await given()
    const slot = slotOf('bob', 'org:acme')
    github.hands.setMember('bob', 'admin')
    github.hands.rename('bob', 'bobby')
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('admin') })
  })
})

describe('faults', () => {
  test.each([
    ['a secondary limit', { 'retry-after': '42' }, 'You have exceeded a secondary rate limit.', 42],
    ['a limit that asks for longer than we wait', { 'retry-after': '4000' }, 'slow down', 300],
    ['a limit in words only', {}, 'You have exceeded a secondary rate limit.', 60],
    ['a spent limit', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 'API rate limit exceeded', 60],
  ])('%s is waited for', async (_, headers, message, seconds) => {
    const { github, provider, slotOf } = await given()
    const fault = { kind: 'status', status: 403, headers: headers as Record<string, string>, message } as const
    github.faults.next({}, fault)
    const error = { kind: 'throttled', retryAfterSeconds: seconds }
    expect(await provider.observe(slotOf('bob', 'org:acme'))).toEqual({ ok: false, error })
  })

  test.each([
    [403, 'unauthorized'],
    [503, 'unknown'],
    [409, 'unknown'],
  ])('a %d to a read is %s', async (status, kind) => {
    const { github, provider, slotOf } = await given()
    github.faults.next({ path: /memberships/ }, { kind: 'status', status })
    expect(await provider.observe(slotOf('bob', 'org:acme'))).toMatchObject(failedAs(kind))
  })

  test('a 404 to a write whose target and subject are there is our credential’s', async () => {
    const { github, provider, slotOf } = await given()
    for (const [name, from] of [
      ['org:acme', 'member'],
      ['team:acme/sre', 'absent'],
    ] as const) {
      github.faults.next({ method: 'PUT' }, { kind: 'status', status: 404 })
      const to = name === 'org:acme' ? 'admin' : 'member'
      expect(await provider.raise(slotOf('bob', name), to, order(at(from)))).toMatchObject(failedAs('unauthorized'))
    }
  })

  test('a refusal carries GitHub’s words, cut, on one line and without a token', async () => {
    const { github, provider, slotOf } = await given()
    const message = `Validation\nfailed ${token} ghs_0123456789abcdef ${'x'.repeat(500)}`
    github.faults.next({ method: 'PUT' }, { kind: 'status', status: 422, message })
    const raised = await provider.raise(slotOf('bob', 'org:acme'), 'admin', order(at('member')))
    expect(raised).toMatchObject(refusedAs('invalid'))
    expect(JSON.stringify(raised)).toMatch(/Validation failed \[secret\] \[secret\] x/)
    expect(JSON.stringify(raised).length).toBeLessThan(300)
  })

  test('a success that is not GitHub’s is no answer', async () => {
    const { github, provider, slotOf } = await given()
    github.faults.next({ path: /memberships/ }, { kind: 'status', status: 200, message: 'a proxy says hello' })
    expect(await provider.observe(slotOf('bob', 'org:acme'))).toMatchObject(failedAs('unknown'))
  })

  test('a call ends at our own deadline too', async () => {
    const { github, provider, slotOf } = await given()
    github.faults.next({}, { kind: 'hang' })
    const isAborted = await withinDeadline(
      undefined,
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.aborted))),
      20,
    )
    expect(isAborted).toBe(true)
    const stopped = provider.lower(slotOf('bob', 'org:acme'), 'absent', {
      ...order(at('member')),
      signal: AbortSignal.timeout(50),
    })
    expect(await stopped).toMatchObject(failedAs('unknown'))
  })

  test('the credential is in nothing that the provider shows of itself', async () => {
    const { provider } = await given()
    expect(inspect(provider, { depth: 10, showHidden: true })).not.toContain(token)
    expect(JSON.stringify(provider)).not.toContain(token)
  })
})

describe('an App', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const options = {
    botIsOwner: false,
    members: { ann: 'admin', bob: 'member' },
    app: { id: 77, installationId: 99, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  } as const
  const config = { token: undefined, app: { id: 77, private_key: new Secret(pem), installation_id: 99 } }

  test('does everything in the place of a token, with one token for its hour', async () => {
    const { github, provider, slotOf } = await given(options, config)
    const bob = expectValue(await provider.resolveSubject({ login: 'bob' }))
    const slot: Slot = { ...slotOf('bob', 'team:acme/sre'), subject: bob }
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('absent') })
    expect(await provider.raise(slot, 'maintainer', order(at('absent')))).toMatchObject({ ok: true })
    expect(await provider.observe(slot)).toEqual({ ok: true, value: at('maintainer') })
    expect(await provider.observe(slotOf('sue', 'org:acme'))).toEqual({ ok: true, value: at('absent') })
    expect(github.journal.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test('that is half blind sees nothing, and nothing is concluded', async () => {
    const { github, provider, slotOf } = await given(options, config)
    github.state.blind = true
    for (const name of ['org:acme', 'team:acme/dev'])
      expect(await provider.observe(slotOf('bob', name))).toMatchObject(failedAs('unseen'))
  })

  test('whose installation is gone is our credential’s trouble, not an absence', async () => {
    const { provider, slotOf } = await given(options, {
      app: { ...config.app, installation_id: 100 },
      token: undefined,
    })
    expect(await provider.observe(slotOf('sue', 'org:acme'))).toMatchObject(failedAs('unauthorized'))
  })

  test('whose token was refused gets a new one for the next call, and repeats none', async () => {
    const { github, provider, slotOf } = await given(options, config)
    github.faults.next({ method: 'PUT' }, { kind: 'status', status: 401 })
    const slot = slotOf('bob', 'org:acme')
    expect(await provider.raise(slot, 'admin', order(at('member')))).toMatchObject(failedAs('unauthorized'))
    expect(github.journal.filter(({ method }) => method === 'PUT')).toHaveLength(1)
    expect(await provider.raise(slot, 'admin', order(at('member')))).toMatchObject({ ok: true })
    expect(github.journal.filter(({ method }) => method === 'POST')).toHaveLength(2)
  })
})

describe('the configuration', () => {
  const problemsIn = (raw: unknown) => {
    const parsed = githubEngine.parseConfig(raw)
    return parsed.ok ? [] : parsed.error
  }

  test('names the instance by endpoint and organisation, without case', () => {
    expect(open({ org: 'Acme', token: 'x' }).instance).toBe('github|api.github.com|acme')
    const server = { org: 'acme', token: new Secret('x'), api_url: 'https://GHE.acme.example/api/v3/' }
    expect(open(server).instance).toBe('github|ghe.acme.example/api/v3|acme')
  })

  test('takes values that were substituted', () => {
    const app = { id: new Secret('77'), private_key: new Secret('no key'), installation_id: new Secret('99') }
    expect(problemsIn({ org: new Secret('acme'), api_url: new Secret('http://127.0.0.1:1'), app })).toEqual([
      { path: ['app', 'private_key'], expected: "the App's private key in PEM" },
    ])
  })

  test('tells all problems at once, with what was probably meant, and repeats no value', () => {
    const problems = problemsIn({
      orgg: 'acme',
      org: '../x',
      api_url: 'http://github.example',
      invite: 'yes',
      tokn: token,
    })
    expect(problems.map(({ path, suggestion }) => [path.join('.'), suggestion])).toEqual(
      expect.arrayContaining([
        ['org', undefined],
        ['api_url', undefined],
        ['invite', undefined],
        ['orgg', 'org'],
        ['tokn', 'token'],
        ['token', undefined],
      ]),
    )
    expect(JSON.stringify(problems)).not.toContain(token)
  })

  test.each([[undefined], [null], ['acme'], [[]], [7]])('%j is not a configuration', (raw) => {
    expect(problemsIn(raw).length).toBeGreaterThan(0)
  })

  test('plain http is for this machine only', () => {
    for (const [api_url, count] of [
      ['http://localhost:1', 0],
      ['http://[::1]:1', 0],
      ['http://10.0.0.1', 1],
      ['ftp://127.0.0.1', 1],
    ] as const)
      expect([api_url, problemsIn({ org: 'acme', token: 'x', api_url }).length]).toEqual([api_url, count])
  })
})

describe('the permissions of a role', () => {
  const targetsIn = (permissions: readonly Permission[], more = {}) =>
    open({ org: 'acme', token: 'x', ...more }).parseTargets({ allow: permissions, deny: [] })

  test('are slots at levels, the highest of each', () => {
    const permissions = [
      { operations: ['team:member', 'team:maintainer'], targets: ['SRE', 'dev'] },
      { operations: ['team:member'], targets: ['sre', 'ops'] },
      { operations: ['org:admin', 'org:member'], targets: [] },
    ]
    expect(targetsIn(permissions)).toEqual({
      ok: true,
      value: [
        { slot: 'team:acme/sre', level: 'maintainer' },
        { slot: 'team:acme/dev', level: 'maintainer' },
        { slot: 'team:acme/ops', level: 'member' },
        { slot: 'org:acme', level: 'admin' },
      ],
    })
  })

  test('of a team that may invite hold the membership of the organisation too, so that it ends with them', () => {
    expect(targetsIn([{ operations: ['team:member'], targets: ['sre'] }], { invite: true })).toEqual({
      ok: true,
      value: [
        { slot: 'org:acme', level: 'member' },
        { slot: 'team:acme/sre', level: 'member' },
      ],
    })
  })

  test.each([
    ['org:admn', [], ['operations', 0], 'org:admin'],
    ['*', [], ['operations', 0], undefined],
    ['org:admin', ['sre'], ['targets'], undefined],
    ['team:member', [], ['targets'], undefined],
    ['team:member', ['a b'], ['targets', 0], undefined],
  ])('%s with targets %j is a problem', (operation, targets, path, suggestion) => {
    const parsed = targetsIn([{ operations: [operation], targets }])
    expect(parsed).toMatchObject({
      ok: false,
      error: [{ path: ['allow', 0, ...path], ...(suggestion && { suggestion }) }],
    })
  })

  test('of tokens are no slots', () => {
    expect(targetsIn([{ operations: ['token:contents:read'], targets: ['shop'] }])).toEqual({ ok: true, value: [] })
  })

  test('have levels that people know by name', () => {
    const provider = open({ org: 'acme', token: 'x' })
    expect(provider.levelName('org:acme', 'admin')).toBe('owner')
    expect(provider.levelName('team:acme/sre', 'absent')).toBe('outside the team')
    expect(() => provider.levels('repo:acme/shop')).toThrow()
  })
})
