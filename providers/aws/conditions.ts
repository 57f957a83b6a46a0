import { isIP } from 'node:net'
import { nearestWord } from '../../src/core/nearest-word.ts'
import type { Conditions, Problem } from '../../src/ports/provider.ts'
import type { Statement } from './statement.ts'
import { type ActionKind, variableProblem } from './variables.ts'

export interface ConditionsRead {
  readonly condition: Statement['Condition']
  /** Paths point into the conditions. */
  readonly problems: readonly Problem[]
}

/**
 * The conditions of a permission, each key and each list in order, times as AWS's own form of them: whatever is the same is written the
 * same. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function readConditions(conditions: Conditions | undefined, kind: ActionKind): ConditionsRead {
  if (conditions === undefined || Object.keys(conditions).length === 0) return { condition: undefined, problems: [] }
  const operators = Object.entries(conditions).toSorted(byFirst)
  const problems = operators.flatMap(([operator, keys]) => {
    const type = typeOf(operator)
    return type === undefined ? [operatorProblem(operator)] : keyProblems(operator, keys, { type, kind })
  })
  const condition = operators.map(([operator, keys]) => {
    const isDate = typeOf(operator) === 'date'
    const written = Object.entries(keys).map(([key, values]): [string, string[]] => [
      key.toLowerCase() === 'aws:currenttime' ? 'aws:CurrentTime' : key,
      [...new Set(values.map((value) => (isDate ? (timeIn(value) ?? value) : value)))].sort(),
    ])
    return [operator, Object.fromEntries(written.toSorted(byFirst))] as const
  })
  return { condition: Object.fromEntries(condition), problems }
}

type Type = 'text' | 'number' | 'date' | 'flag' | 'binary' | 'address'

const of = (type: Type, ...names: string[]) => names.map((name): [string, Type] => [name, type])
const compared = (type: Type, what: string) =>
  of(
    type,
    ...['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (each) => what + each,
    ),
  )

const operatorTypes: ReadonlyMap<string, Type> = new Map([
  ...of('text', 'StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'),
  ...of('text', 'StringLike', 'StringNotLike', 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'),
  ...compared('number', 'Numeric'),
  ...compared('date', 'Date'),
  ...of('flag', 'Bool', 'Null'),
  ...of('binary', 'BinaryEquals'),
  ...of('address', 'IpAddress', 'NotIpAddress'),
])

const FORM = /^(?:ForAllValues:|ForAnyValue:)?([A-Za-z]+?)(IfExists)?$/

function typeOf(operator: string): Type | undefined {
  const [, name = '', ifExists] = FORM.exec(operator) ?? []
  return name === 'Null' && ifExists !== undefined ? undefined : operatorTypes.get(name)
}

function operatorProblem(operator: string): Problem {
  const [, name = operator] = FORM.exec(operator) ?? []
  const nearest = nearestWord(name, [...operatorTypes.keys()])
  const suggestion = nearest === undefined || nearest === name ? undefined : operator.replace(name, nearest)
  const expected = `a condition operator of AWS: ${[...operatorTypes.keys()].join(', ')}`
  return { path: [operator], expected, ...(suggestion && { suggestion }) }
}

/** `aws:PrincipalTag/team`: a tag may have spaces and other letters in its name. */
const KEY = /^[A-Za-z0-9-]+:[A-Za-z0-9][\w./:+=@ -]*$/
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: what a policy may be written with */
const WRITABLE = /^[\u0020-\u00ff]*$/

function keyProblems(
  operator: string,
  keys: Conditions[string],
  { type, kind }: { readonly type: Type; readonly kind: ActionKind },
): readonly Problem[] {
  const names = Object.keys(keys)
  if (names.length === 0) return [{ path: [operator], expected: 'a key such as aws:RequestedRegion' }]
  return names.flatMap((key, index): readonly Problem[] => {
    const path = [operator, key]
    if (!KEY.test(key)) return [{ path, expected: 'a condition key such as aws:RequestedRegion' }]
    if (names.slice(0, index).some((other) => other.toLowerCase() === key.toLowerCase()))
      return [{ path, expected: 'each key once: AWS compares keys without case' }]
    return (keys[key] ?? []).flatMap((value, nth) => {
      const expected = variableProblem(value, kind) ?? valueProblem(value, type)
      return expected === undefined ? [] : [{ path: [...path, nth], expected }]
    })
  })
}

function valueProblem(value: string, type: Type): string | undefined {
  if (!WRITABLE.test(value)) return 'a text in Latin letters: AWS takes no other in a policy'
  if (type === 'date' && timeIn(value) === undefined) return 'a time such as 2030-01-31T18:00:00Z'
  if (type === 'number' && (value.trim() === '' || !Number.isFinite(Number(value)))) return 'a number'
  if (type === 'flag' && !/^(true|false)$/i.test(value)) return 'true or false'
  if (type === 'address' && !isAddress(value)) return 'an address or a range such as 203.0.113.0/24'
  if (type === 'binary' && !/^[A-Za-z0-9+/]+=*$/.test(value)) return 'bytes in base64'
  return undefined
}

function isAddress(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/')
  const version = isIP(address)
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  return version !== 0 && isRange && rest.length === 0
}

/** Seconds since 1970, or W3C's profile of ISO 8601; to the second, in UTC. */
function timeIn(value: string): string | undefined {
  const isForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value)
  if (!isForm && !/^\d{9,11}$/.test(value)) return undefined
  const time = new Date(isForm ? value : Number(value) * 1000)
  return Number.isNaN(time.getTime()) ? undefined : `${time.toISOString().slice(0, 19)}Z`
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b)
}
