import type { UsersInfoResponse, WebClient } from '@slack/web-api'
import type { AccountFacts, AccountLookup, AccountRef } from '../../src/ports/chat.ts'
import { Remembered } from '../common/remembered.ts'
import { codeOf } from './web-api.ts'

export interface LookupOptions {
  readonly client: WebClient
  /** Home workspace `T…`, or enterprise `E…`. */
  readonly team: string
  readonly clock: () => number
}

const FACTS_AGE_MAX_MS = 10_000

export interface SlackLookup extends AccountLookup {
  /** What is remembered of the account is not true any more. */
  forget(account: string): void
}

/** What Slack's directory says of an account: https://docs.slack.dev/reference/objects/user-object */
export function createLookup({ client, team, clock }: LookupOptions): SlackLookup {
  const facts = new Remembered<AccountFacts>({ forMs: FACTS_AGE_MAX_MS, clock })
  const addresses = new Remembered<string | undefined>({ forMs: FACTS_AGE_MAX_MS, clock })
  return {
    find: async (account) => {
      const found = await facts.find(account.account, () => askFacts(client, account.account, team))
      return inTenant(found, account, team)
    },
    findByAddress: (address) => {
      const email = address.trim().toLowerCase()
      return addresses.find(email, () => askAccount(client, email, team))
    },
    forget: (account) => facts.forget(account),
  }
}

/** The same user id in another workspace is somebody else. */
function inTenant(found: AccountFacts, account: AccountRef, team: string): AccountFacts {
  if (found.kind === 'member' && account.tenant !== team) return { kind: 'refused', why: 'other_workspace' }
  return found
}

async function askFacts(client: WebClient, account: string, team: string): Promise<AccountFacts> {
  try {
    const { user } = await client.users.info({ user: account })
    return user === undefined || user.id !== account ? { kind: 'unknown' } : factsOf(user, team)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'user_not_found' || code === 'user_not_visible') return { kind: 'unknown' }
    throw error
  }
}

async function askAccount(client: WebClient, email: string, team: string): Promise<string | undefined> {
  try {
    const { user } = await client.users.lookupByEmail({ email })
    return user?.id !== undefined && factsOf(user, team).kind === 'member' ? user.id : undefined
  } catch (error) {
    if (codeOf(error) === 'users_not_found') return undefined
    throw error
  }
}

type Refused = Extract<AccountFacts, { kind: 'refused' }>['why']

type User = NonNullable<UsersInfoResponse['user']>

function factsOf(user: User, team: string): AccountFacts {
  const why = refusalOf(user, team)
  if (why !== undefined) return { kind: 'refused', why }
  const { profile } = user
  return {
    kind: 'member',
    address: addressOf(profile?.email),
    displayName: profile?.display_name || profile?.real_name || user.real_name || user.name || 'somebody',
  }
}

/** Before its case is changed: some letters of other alphabets have one of ours as their lower case. */
function addressOf(email: string | undefined): string | undefined {
  const written = email?.trim() ?? ''
  return /^[\x21-\x7e]+$/.test(written) ? written.toLowerCase() : undefined
}

/** In this order: what an account is comes before where it is from. */
function refusalOf(user: User, team: string): Refused | undefined {
  if (user.is_bot || user.is_workflow_bot || user.is_connector_bot || user.id === 'USLACKBOT') return 'bot'
  if (user.deleted) return 'deactivated'
  if (user.is_stranger) return 'stranger'
  const home = team.startsWith('E') ? user.enterprise_user?.enterprise_id : user.team_id
  if (home !== team) return 'other_workspace'
  if (user.is_restricted || user.is_ultra_restricted || user.is_invited_user) return 'guest'
  return user.is_email_confirmed === false ? 'unconfirmed' : undefined
}
