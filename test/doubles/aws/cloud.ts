import { createServer } from 'node:http'
import type { Decision } from './authority.ts'
import { allowing } from './documents.ts'
import type { Entry } from './entry.ts'
import { Faults } from './faults.ts'
import { type IamHands, iamHands, type KeyPair, type RoleOptions, type UserOptions } from './hands.ts'
import { Past } from './past.ts'
import { Service } from './service.ts'
import { type AwsState, arnOf, emptyState } from './state.ts'

export type AccountOptions = {
  alias?: string
  users?: Record<string, UserOptions>
  /** With their members. */
  groups?: Record<string, string[]>
  roles?: Record<string, RoleOptions>
  /** Managed policies by name. */
  policies?: Record<string, string>
}

export type AwsCloudOptions = {
  accounts?: Record<string, AccountOptions>
  /** Where Thand's own user is; the first account unless told. */
  home?: string
  /** What Thand's user may do; everything unless told. */
  thandPolicies?: Record<string, string>
  /** With the content of their objects; in the home account unless told. */
  buckets?: Record<string, { account?: string; objects: Record<string, string> }>
  /** No page of a list has more. */
  pageSize?: number
  now?: () => number
}

export type Change = { readonly at: number; readonly by: 'api' | 'hand'; readonly what: string }

export type AwsCloud = {
  /** The one endpoint of all services. */
  readonly url: string
  readonly federationUrl: string
  readonly region: string
  /** The account in which Thand's own user is. */
  readonly home: string
  /** Thand's own key. */
  readonly credentials: KeyPair
  readonly thandArn: string
  readonly state: AwsState
  /** Every request, in the order of arrival. */
  readonly journal: readonly Entry[]
  /** What the policies were asked, and what they said. */
  readonly decisions: readonly Decision[]
  /** Requests that the model does not allow, and answers of the double that it does not. */
  readonly problems: readonly string[]
  readonly faults: Faults
  /** How slowly changes come into force and into sight. */
  readonly past: Past
  /** Of an administrator of the account; the home account unless told. */
  hands(account?: string): IamHands
  /** Everything is judged by this clock, and the `Date` of answers follows it. */
  setClock(now: () => number): void
  goDown(): void
  comeBack(): void
  /** Thand's key is revoked, or may do nothing any more. */
  breakCredential(how: 'revoked' | 'blind'): void
  mendCredential(): void
  /** Called after each change that a request or a hand made; answers how to stop listening. */
  onChange(listener: (change: Change) => void): () => void
  /** Cuts all connections and forgets changes that are still to come. */
  close(): Promise<void>
}

const region = 'us-east-1'
const usualAccount = '111122223333'

/** Starts AWS on a free local port: stateful, judged by botocore's description of it, with policies that count. */
export async function startAwsCloud(options: AwsCloudOptions = {}): Promise<AwsCloud> {
  const { accounts = { [usualAccount]: {} }, home = Object.keys(accounts)[0] ?? usualAccount } = options
  const clock = { now: options.now ?? Date.now }
  const now = () => clock.now()
  const state = emptyState()
  const listeners = new Set<(change: Change) => void>()
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change)
  }
  const past = new Past()
  const thandArn = arnOf(home, 'user', { path: '/', name: 'thand' })
  const hands = (account = home) => iamHands(state, account, { now, thand: thandArn })
  const credentials = furnish(state, hands, { ...options, accounts, home })

  const faults = new Faults()
  const onApplied = ({ service, operation }: Entry) => tell({ at: now(), by: 'api', what: `${service} ${operation}` })
  const service = new Service({ state, faults, past, pageSize: options.pageSize ?? 100, now, onApplied })
  const server = createServer((request, response) => {
    service.serve(request, response).catch((error: unknown) => {
      service.problems.push(`the double failed: ${error}`)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`

  return {
    url,
    federationUrl: `${url}/federation`,
    region,
    home,
    credentials,
    thandArn,
    state,
    journal: service.journal,
    decisions: service.decisions,
    problems: service.problems,
    faults,
    past,
    hands: (account) =>
      watched(
        hands(account),
        (what) => {
          tell({ at: now(), by: 'hand', what })
        },
        () => past.remember(now(), state.accounts),
      ),
    setClock: (next) => {
      clock.now = next
    },
    goDown: () => {
      faults.isDown = true
    },
    comeBack: () => {
      faults.isDown = false
    },
    breakCredential: (how) => {
      faults.broken = how
    },
    mendCredential: () => {
      faults.broken = undefined
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      service.stop()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

type Furniture = AwsCloudOptions & { accounts: Record<string, AccountOptions>; home: string }

/** Answers Thand's key. */
function furnish(state: AwsState, hands: (account?: string) => IamHands, options: Furniture): KeyPair {
  for (const [id, account] of Object.entries(options.accounts)) {
    const by = hands(id)
    const made = state.accounts[id]
    if (made) made.alias = account.alias
    for (const [name, document] of Object.entries(account.policies ?? {})) by.createPolicy(name, document)
    for (const [name, each] of Object.entries(account.users ?? {})) by.createUser(name, each)
    for (const [name, each] of Object.entries(account.roles ?? {})) by.createRole(name, each)
    for (const [name, members] of Object.entries(account.groups ?? {})) {
      by.createGroup(name)
      for (const member of members) by.setMember(name, member, true)
    }
  }
  for (const [name, { account = options.home, objects }] of Object.entries(options.buckets ?? {}))
    state.buckets[name] = { account, objects: { ...objects } }
  const by = hands()
  by.createUser('thand')
  for (const [name, document] of Object.entries(options.thandPolicies ?? { everything: allowing('*') }))
    by.setInline('user', 'thand', name, document)
  return by.createKey('thand')
}

function watched<Hands extends object>(hands: Hands, onDone: (what: string) => void, beforehand: () => void): Hands {
  return new Proxy(hands, {
    get: (target, name) => {
      const act: unknown = Reflect.get(target, name)
      if (typeof act !== 'function') return act
      return (...given: unknown[]) => {
        beforehand()
        const result: unknown = act(...given)
        onDone([String(name), ...given.filter((each) => typeof each === 'string').slice(0, 3)].join(' '))
        return result
      }
    },
  })
}
