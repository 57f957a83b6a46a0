import { createServer } from 'node:http'
import type { Decision } from './authority.ts'
import type { CenterHands } from './center-hands.ts'
import type { Entry } from './entry.ts'
import { Faults } from './faults.ts'
import { type AwsCloudOptions, furnish } from './furnish.ts'
import type { IamHands, KeyPair } from './hands.ts'
import { Past } from './past.ts'
import { Service } from './service.ts'
import { type AwsState, emptyState } from './state.ts'

export type HandEntry = { readonly at: number; readonly what: string }
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
  /** What hands did. */
  readonly handJournal: readonly HandEntry[]
  /** What the policies were asked, and what they said. */
  readonly decisions: readonly Decision[]
  /** Requests that the model does not allow, and answers of the double that it does not. */
  readonly problems: readonly string[]
  readonly faults: Faults
  /** How slowly changes come into force and into sight. */
  readonly past: Past
  /** Of an administrator of the account; the home account unless told. */
  hands(account?: string): IamHands
  /** Of an administrator of Identity Center, and of those who sign in there. */
  center(): CenterHands
  /** Everything is judged by this clock, and the `Date` of answers follows it. */
  setClock(now: () => number): void
  /** Called after each change that a request or a hand made; answers how to stop listening. */
  onChange(listener: (change: Change) => void): () => void
  /** Cuts all connections and forgets changes that are still to come. */
  close(): Promise<void>
}

const region = 'us-east-1'

/** Starts AWS on a free local port: stateful, judged by botocore's description of it, with policies that count. */
export async function startAwsCloud(options: AwsCloudOptions = {}): Promise<AwsCloud> {
  const clock = { now: options.now ?? Date.now }
  const now = () => clock.now()
  const state = emptyState()
  const listeners = new Set<(change: Change) => void>()
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change)
  }
  const past = new Past()
  const { hands, center, ...furnished } = furnish(state, now, options)
  const handJournal: HandEntry[] = []
  const overlooked = <Hands extends object>(by: Hands): Hands =>
    watched(by, {
      beforehand: () => past.remember(now(), state.accounts),
      afterwards: (what) => {
        handJournal.push({ at: now(), what })
        tell({ at: now(), by: 'hand', what })
      },
    })

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
    ...furnished,
    state,
    journal: service.journal,
    decisions: service.decisions,
    problems: service.problems,
    faults,
    past,
    handJournal,
    hands: (account) => overlooked(hands(account)),
    center: () => overlooked(center()),
    setClock: (next) => {
      clock.now = next
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

type Watch = { beforehand: () => void; afterwards: (what: string) => void }

function watched<Hands extends object>(hands: Hands, { beforehand, afterwards }: Watch): Hands {
  return new Proxy(hands, {
    get: (target, name) => {
      const act: unknown = Reflect.get(target, name)
      if (typeof act !== 'function') return act
      return (...given: unknown[]) => {
        beforehand()
        const result: unknown = act(...given)
        afterwards([String(name), ...given.filter((each) => typeof each === 'string').slice(0, 3)].join(' '))
        return result
      }
    },
  })
}
