import type { Result } from '../../src/core/result.ts'
import type { ExpectedAccount, ExpectedAtProvider, Finding } from '../../src/ports/online-check.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { withinDeadline } from '../common/deadline.ts'
import type { GithubCall, GithubClient } from './client.ts'
import type { GithubConfig } from './config.ts'
import { observeLogin } from './organisation-slot.ts'
import { checkRights } from './rights.ts'
import { isTeamThere, sightOf } from './sight.ts'
import { levelNameOf, orgSlotName, slotIn } from './slots.ts'
import { findAccount, ownAccountId, subjectOf } from './subjects.ts'

/** Our credential and its rights, the teams that roles name, and the accounts of people, in this order. Reads only. */
export async function* checkOrganisation(
  config: GithubConfig,
  client: GithubClient,
  { targets, accounts }: ExpectedAtProvider,
): AsyncGenerator<Finding> {
  const ask = <T>(act: (call: GithubCall) => Promise<T>) =>
    withinDeadline(undefined, (signal) => act(client.during(signal)))
  const sight = await ask(sightOf)
  yield sightFinding(config, sight)
  if (!sight.ok) {
    yield { kind: 'unchecked', what: 'rights, teams and accounts, since nothing can be seen' }
    return
  }
  yield* await ask((call) => checkRights(config, call))
  const places = targets.map(({ slot }) => slotIn(config.org, slot))
  const slugs = new Set(places.flatMap((place) => (place?.kind === 'team' ? [place.slug] : [])))
  for (const slug of [...slugs].sort()) yield teamFinding(slug, await ask((call) => isTeamThere(call, slug)))
  const own = await ask(ownAccountId)
  for (const account of accounts) yield await ask((call) => accountFinding(config, call, account, own))
}

function sightFinding({ org, credential }: GithubConfig, sight: Result<'member' | 'owner', Fault>): Finding {
  const isApp = credential.kind === 'app'
  if (sight.ok && sight.value === 'owner')
    return {
      kind: 'fine',
      what: `the organisation ${org} is seen from the inside, ${isApp ? 'by the App' : 'by an owner'}`,
    }
  if (sight.ok)
    return {
      kind: 'wrong',
      what: `the account of the token is a member of ${org}, and only owners may change memberships`,
      mend: 'make it an owner, or use a GitHub App (docs/connect-github.md)',
    }
  const what = `${org}: ${wordsOf(sight.error)}`
  if (sight.error.kind === 'unauthorized') return { kind: 'wrong', what, mend: isApp ? MEND_APP : MEND_TOKEN }
  if (sight.error.kind === 'unseen')
    return {
      kind: 'wrong',
      what,
      mend: `the name under org, and whether ${isApp ? 'the App is installed there' : 'the account of the token is in it'}`,
    }
  return unsure(what)
}

const MEND_TOKEN = 'a new token in the environment, authorised for the organisation where it enforces SAML'
const MEND_APP = 'the id of the App, its key and the number of its installation, and Members: Read and write'

function teamFinding(slug: string, there: Result<boolean, Fault>): Finding {
  const what = `the team ${slug}`
  if (there.ok && there.value) return { kind: 'fine', what: `${what} is there` }
  if (there.ok)
    return {
      kind: 'wrong',
      what: `${what} is not there`,
      mend: 'the slug in the role: it is in the address of the team’s page',
    }
  const why = `${what}: ${wordsOf(there.error)}`
  return there.error.kind === 'unseen'
    ? { kind: 'wrong', what: why, mend: 'an owner’s token, or the App' }
    : unsure(why)
}

async function accountFinding(
  { org, invite }: GithubConfig,
  call: GithubCall,
  account: ExpectedAccount,
  own: Result<number | undefined, Fault>,
): Promise<Finding> {
  const what = `${account.person} as ${account.login}`
  const subject = own.ok ? subjectOf(await findAccount(call, account), own.value) : own
  if (!subject.ok) return accountFault(what, subject.error)
  const { login } = subject.value
  if (login.toLowerCase() !== account.login.toLowerCase())
    return {
      kind: 'note',
      what: `${what} is called ${login} by now`,
      mend: 'the new name in thand.yaml; the id counts',
    }
  const place = await observeLogin(call, subject.value, login)
  if (!place.ok) return unsure(`${what}: ${wordsOf(place.error)}`)
  const { kind, level } = place.value
  const name = levelNameOf(orgSlotName(org), level)
  if (kind === 'invited')
    return { kind: 'note', what: `${what} has an open invitation as ${name}`, mend: 'it is theirs to accept' }
  if (level !== 'absent') return { kind: 'fine', what: `${what}: ${name}` }
  return { kind: 'note', what: `${what} is not in ${org}`, mend: OUTSIDE(invite) }
}

const OUTSIDE = (invite: boolean) =>
  invite
    ? 'a grant invites them'
    : 'a team role is refused to them (invite: false), a role of the organisation invites them'

function accountFault(what: string, fault: Fault): Finding {
  if (fault.kind !== 'refused') return unsure(`${what}: ${wordsOf(fault)}`)
  return { kind: 'wrong', what: `${what}: ${fault.detail}`, mend: 'the account under people in thand.yaml' }
}

function unsure(what: string): Finding {
  return { kind: 'unsure', what, mend: 'try again' }
}

function wordsOf(fault: Fault): string {
  return fault.kind === 'throttled' ? `GitHub asks to wait ${fault.retryAfterSeconds} s` : fault.detail
}
