import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Part, Problem } from '../../src/ports/provider.ts'

/** What stands for the account's digits in any other text of the `config`, such as the ARN of a role in each account. */
const PLACEHOLDER = '{account}'

const accountsSchema = z.record(z.string(), z.union([z.string(), z.number().transform(String)]))

/**
 * `accounts: { prod: "111111111111", dev: "222222222222" }` is one provider for each account, with `account` in its
 * place. Digits are checked where the account itself is parsed. Undefined where there is no `accounts`.
 */
export function spreadAccounts(raw: unknown): Result<readonly Part[], readonly Problem[]> | undefined {
  if (!isRecord(raw) || raw['accounts'] === undefined) return undefined
  const { accounts, ...rest } = raw
  const parsed = accountsSchema.safeParse(accounts)
  if (!parsed.success) return fail(parsed.error.issues.map(problemOf))
  const entries = Object.entries(parsed.data)
  const problems = [
    ...('account' in rest ? [{ path: ['account'], expected: 'no account beside accounts' }] : []),
    ...(entries.length === 0 ? [{ path: ['accounts'], expected: 'at least one account' }] : []),
    ...entries.flatMap(twice),
  ]
  if (problems.length > 0) return fail(problems)
  return ok(
    entries.map(([name, account]) => {
      return { name, raw: { ...filled(rest, account), account }, at: ['accounts', name] }
    }),
  )
}

type Entry = readonly [name: string, account: string]

function twice([name, account]: Entry, index: number, entries: readonly Entry[]): readonly Problem[] {
  const [first] = entries.find(([, each]) => each === account) ?? []
  const isFirst = entries.findIndex(([, each]) => each === account) === index
  return isFirst ? [] : [{ path: ['accounts', name], expected: `each account once; ${first} is the same` }]
}

function filled(value: Readonly<Record<string, unknown>>, account: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filledValue(each, account)]))
}

function filledValue(value: unknown, account: string): unknown {
  if (typeof value === 'string') return value.replaceAll(PLACEHOLDER, () => account)
  if (Array.isArray(value)) return value.map((each: unknown) => filledValue(each, account))
  return isRecord(value) ? filled(value, account) : value
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  const path = ['accounts', ...issue.path.filter((step) => typeof step !== 'symbol')]
  const expected =
    path.length === 1
      ? 'accounts by a name for each, such as { prod: "111111111111" }'
      : 'the 12 digits of the account, in quotes'
  return { path, expected }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
