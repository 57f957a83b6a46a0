import { z } from 'zod'
import { parseDuration } from '../core/duration.ts'
import { personIdOf } from '../core/ids.ts'
import { ADDRESS } from './address.ts'
import { strict } from './strict.ts'

/** What people type in a line: `github:org-admin`. */
export const KEY = /^[a-z0-9][a-z0-9_.-]{0,62}$/

/** One line that is not blank. */
export function text(expected: string) {
  return z
    .string({ error: expected })
    .trim()
    .min(1, expected)
    .max(1000, expected)
    .regex(/^[^\p{Cc}]*$/u, expected)
}

export function flag() {
  return z.boolean({ error: 'true or false' })
}

/** `30m`, as seconds. */
export function duration() {
  const expected = 'a duration, such as 30m, 2h30m or 1d'
  return z.string({ error: expected }).transform((written, context) => {
    const parsed = parseDuration(written.trim())
    if (parsed.ok) return parsed.value
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })
}

export function count(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`
  return z.number({ error: expected }).int(expected).min(least, expected).max(most, expected)
}

export function listOf<Item extends z.ZodType>(item: Item, expected: string) {
  return z.array(item, { error: expected })
}

export const address = z
  .string({ error: 'an address, such as ann@acme.example' })
  .transform((written) => written.trim().toLowerCase())
  .pipe(z.string().regex(ADDRESS, 'an address, such as ann@acme.example'))
  .transform(personIdOf)

export const domain = z
  .string({ error: 'a domain, such as acme.example' })
  .transform((written) => written.trim().toLowerCase())
  .pipe(z.string().regex(/^(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/, 'a domain, such as acme.example'))

/** Absent means nobody. */
const groups = listOf(text('the name of a group'), 'a list of groups').default([])
const users = listOf(address, 'a list of addresses').default([])

export const peopleList = strict({ groups, users }).default({ groups: [], users: [] })
export const scopeList = strict({
  groups,
  users,
  domains: listOf(domain, 'a list of domains').default([]),
})
