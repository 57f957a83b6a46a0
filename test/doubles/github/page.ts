import type { Answer, Call } from './call.ts'

/** One page of a list, with GitHub's `Link` header to the others. */
export function page<Item>(call: Call, items: readonly Item[], shape: (item: Item) => unknown): Answer {
  const size = Math.min(Math.max(Number(call.query.get('per_page') ?? 30), 1), 100)
  const last = Math.max(Math.ceil(items.length / size), 1)
  const current = Math.max(Number(call.query.get('page') ?? 1), 1)
  const link = (rel: string, number: number) => {
    const query = new URLSearchParams(call.query)
    query.set('page', String(number))
    return `<${call.address}?${query}>; rel="${rel}"`
  }
  const before = current > 1 ? [link('prev', Math.min(current - 1, last)), link('first', 1)] : []
  const after = current < last ? [link('next', current + 1), link('last', last)] : []
  const links = [...before, ...after]
  const body = items.slice((current - 1) * size, current * size).map(shape)
  return { status: 200, body, ...(links.length > 0 && { headers: { link: links.join(', ') } }) }
}
