import type { Call } from './call.ts'
import { invalid } from './refusal.ts'

/** One page of a list of IAM, under the name that it has in the answer. */
export function markerPage<Item>(call: Call, name: string, items: readonly Item[]) {
  const { page, next } = cut(call, items, call.parameters['MaxItems'] ?? 100, call.parameters['Marker'])
  return { [name]: page, IsTruncated: next !== undefined, ...(next !== undefined && { Marker: next }) }
}

/** One page of a list of Identity Center or its store. */
export function tokenPage<Item>(call: Call, name: string, items: readonly Item[]) {
  const { page, next } = cut(call, items, call.parameters['MaxResults'] ?? 100, call.parameters['NextToken'])
  return { [name]: page, ...(next !== undefined && { NextToken: next }) }
}

/** A token goes on with the list that gave it, and with no other. */
function cut<Item>(call: Call, items: readonly Item[], wanted: unknown, token: unknown) {
  const size = Math.min(Number(wanted), call.pageSize)
  const start = token === undefined ? 0 : offset(call.operation, String(token))
  const end = start + size
  const next = end < items.length ? Buffer.from(`${call.operation}:${end}`).toString('base64url') : undefined
  return { page: items.slice(start, end), next }
}

function offset(operation: string, token: string): number {
  const [name, place = ''] = Buffer.from(token, 'base64url').toString().split(':')
  if (name !== operation || !/^\d+$/.test(place)) throw invalid('The pagination token is not valid.')
  return Number(place)
}
