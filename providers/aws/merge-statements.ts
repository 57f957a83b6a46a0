import type { Statement } from './statement.ts'

/**
 * The same rights in one way of writing them, whatever the order and the grouping in which they came: for each resource what may be done
 * with it, and those of which the same may be done together.
 */
export function mergeStatements(some: readonly Statement[]): readonly Statement[] {
  const byResource = grouped(some.flatMap(onEachResource), ({ Effect, Condition, Resource }) => [
    Effect,
    Condition,
    Resource,
  ])
  const ofOne = byResource.map(([first, ...others]) => {
    const actions = [first, ...others].flatMap(({ Action }) => Action)
    return { ...first, Action: withoutCase(actions) }
  })
  const byActions = grouped(ofOne, ({ Effect, Condition, Action }) => [Effect, Condition, Action])
  const merged = byActions.map(([first, ...others]) => {
    const resources = [first, ...others].flatMap(({ Resource }) => Resource)
    return { ...first, Resource: [...new Set(resources)].sort() }
  })
  return merged.map(inOrder).toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))
}

function onEachResource(one: Statement): readonly Statement[] {
  return one.Resource.map((resource) => ({ ...one, Resource: [resource] }))
}

function grouped<T>(some: readonly T[], keyOf: (one: T) => unknown): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const one of some) {
    const key = JSON.stringify(keyOf(one))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

/** Of two that differ by case only one stays, always the same; `*` leaves nothing to add. */
function withoutCase(actions: readonly string[]): string[] {
  if (actions.includes('*')) return ['*']
  const sorted = actions.toSorted(compare)
  return [...new Map(sorted.map((action) => [action.toLowerCase(), action])).values()].sort(compare)
}

/** Allow before Deny, since the effect is written first. */
function inOrder({ Effect, Action, Resource, Condition }: Statement): Statement {
  return { Effect, Action, Resource, ...(Condition && { Condition }) }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
