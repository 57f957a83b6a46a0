import type { Store, Tx } from '../../src/ports/store/store.ts'

/** Called in the transaction before a method of a part runs, and after a commit with the labels of what it wrote. */
export interface Watch {
  before?(label: string, id: unknown): Promise<void>
  committed?(labels: readonly string[]): void
}

/** What writes a row, as `part.method`; a claim that found nothing is no write. */
const WRITES = new Set([
  'requests.insert',
  'requests.move',
  'requests.putVote',
  'grants.plan',
  'grants.move',
  'grants.claimToPrepare',
  'grants.prepare',
  'grants.claimToWarn',
  'slots.claim',
  'slots.save',
  'slots.intend',
  'slots.answered',
  'slots.release',
  'credentials.intend',
  'credentials.issued',
  'credentials.notIssued',
  'credentials.over',
  'credentials.release',
  'messages.putCard',
  'messages.putLine',
  'messages.claim',
  'messages.sent',
  'bindings.bind',
  'bindings.bindSubject',
])

/** The product's own store, watched from outside: the product carries no failpoint. */
export function watched(store: Store, watch: Watch): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'apart') return () => watched(target.apart(), watch)
      if (name === 'transact') return <T>(work: (tx: Tx) => Promise<T>) => transact(target, watch, work)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function transact<T>(store: Store, watch: Watch, work: (tx: Tx) => Promise<T>): Promise<T> {
  let labels: string[] = []
  const result = await store.transact((tx) => {
    labels = []
    return work(watchedTx(tx, labels, watch))
  })
  if (labels.length > 0) watch.committed?.(labels)
  return result
}

function watchedTx(tx: Tx, labels: string[], watch: Watch): Tx {
  return new Proxy(tx, {
    get(target, part) {
      const value: unknown = Reflect.get(target, part)
      if (typeof value === 'function') return value.bind(target)
      if (typeof value !== 'object' || value === null) return value
      return watchedPart(value, String(part), { labels, watch })
    },
  })
}

function watchedPart(part: object, name: string, seen: { labels: string[]; watch: Watch }): object {
  return new Proxy(part, {
    get(target, method) {
      const value: unknown = Reflect.get(target, method)
      if (typeof value !== 'function') return value
      const label = `${name}.${String(method)}`
      return async (...args: readonly unknown[]) => {
        await seen.watch.before?.(label, args[0])
        const result: unknown = await Reflect.apply(value, target, args)
        const isNothing = result === false || (Array.isArray(result) && result.length === 0)
        if (WRITES.has(label) && !isNothing) seen.labels.push(label)
        return result
      }
    },
  })
}
