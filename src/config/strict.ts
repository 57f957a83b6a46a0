import { z } from 'zod'
import { nearestWord } from '../core/nearest-word.ts'
import type { Path } from './problem.ts'
import { isMapping } from './read-document.ts'
import type { Report } from './report.ts'

/** A mapping with these keys and no others. What an unknown key may have meant is said from its message. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys : `a mapping with the keys ${keys}`),
  })
}

/**
 * What is wrong is in the report, all of it. The value then lacks the parts that were wrong, so that the rest of it can be
 * checked; `undefined` when it cannot do without them.
 */
export function parseAt<Schema extends z.ZodType>(
  report: Report,
  schema: Schema,
  part: { readonly path: Path; readonly raw: unknown },
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(part.raw)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) reportIssue(report, part.path, issue)
  const { issues } = parsed.error
  return schema.safeParse(issues.reduce(withoutWrong, part.raw)).data
}

function reportIssue(report: Report, base: Path, issue: z.core.$ZodIssue): void {
  const path = [...base, ...issue.path.filter((step) => typeof step !== 'symbol')]
  if (issue.code !== 'unrecognized_keys') {
    report.add(path, issue.message)
    return
  }
  const known = issue.message.split(', ')
  for (const key of issue.keys) {
    report.addForKey([...path, key], `one of the keys ${issue.message}`, nearestWord(key, known))
  }
}

function withoutWrong(raw: unknown, issue: z.core.$ZodIssue): unknown {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
  return keys.reduce((left: unknown, key) => without(left, key === undefined ? issue.path : [...issue.path, key]), raw)
}

/** A list with something wrong in it goes as a whole: what is left would have other numbers. */
function without(raw: unknown, [step, ...rest]: readonly PropertyKey[]): unknown {
  if (step === undefined || !isMapping(raw)) return undefined
  const left = Object.entries(raw).map(([key, value]) => [key, key === step ? without(value, rest) : value] as const)
  return Object.fromEntries(left.filter(([, value]) => value !== undefined))
}
