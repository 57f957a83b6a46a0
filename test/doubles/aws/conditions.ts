/** The keys of a request, in lower case: keys are compared without case. */
export type Context = Readonly<Record<string, string | readonly string[]>>
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

type Test = (actual: string, wanted: string) => boolean

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => isLike(actual, wanted),
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  DateEquals: (actual, wanted) => time(actual) === time(wanted),
  DateLessThan: (actual, wanted) => time(actual) < time(wanted),
  DateLessThanEquals: (actual, wanted) => time(actual) <= time(wanted),
  DateGreaterThan: (actual, wanted) => time(actual) > time(wanted),
  DateGreaterThanEquals: (actual, wanted) => time(actual) >= time(wanted),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
}

/** True of a key that is not there, as AWS has it. */
const negated: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  DateNotEquals: 'DateEquals',
  NumericNotEquals: 'NumericEquals',
}

/** Operators that are valid and that the double does not judge: such a condition never holds. */
const unjudged = new Set(['IpAddress', 'NotIpAddress', 'BinaryEquals'])

const form = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/

export function isOperator(text: string): boolean {
  const [, , name = ''] = form.exec(text) ?? []
  return [tests, negated].some((known) => Object.hasOwn(known, name)) || name === 'Null' || unjudged.has(name)
}

/** All operators hold, each for all of its keys, each for one of its values. */
export function isMet(condition: Condition, context: Context): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => isKeyMet(operator, context[key.toLowerCase()], wanted)),
  )
}

function isKeyMet(operator: string, actual: Context[string] | undefined, wanted: readonly string[]): boolean {
  const [, set, name = '', ifExists] = form.exec(operator) ?? []
  if (name === 'Null') return wanted.some((each) => (each.toLowerCase() === 'true') === (actual === undefined))
  const opposite = negated[name]
  if (actual === undefined)
    return ifExists !== undefined || set === 'ForAllValues' || (opposite !== undefined && set === undefined)
  const test = tests[opposite ?? name]
  if (!test) return false
  const holds = (each: string) => wanted.some((value) => test(each, value)) === (opposite === undefined)
  const values = typeof actual === 'string' ? [actual] : actual
  return set === 'ForAnyValue' ? values.some(holds) : values.every(holds)
}

/** `*` is any text, `?` any one character. */
export function isLike(actual: string, pattern: string): boolean {
  const parts = pattern.split(/([*?])/).map((part) => (part === '*' ? '.*' : part === '?' ? '.' : escaped(part)))
  return new RegExp(`^${parts.join('')}$`, 's').test(actual)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

/** Each of the six parts by itself. */
function isArnLike(actual: string, pattern: string): boolean {
  const [parts, wanted] = [arnParts(actual), arnParts(pattern)]
  return parts.length === wanted.length && wanted.every((each, index) => isLike(parts[index] ?? '', each))
}

function arnParts(arn: string): readonly string[] {
  const [one = '', two = '', three = '', four = '', five = '', ...rest] = arn.split(':')
  return [one, two, three, four, five, rest.join(':')]
}

function time(text: string): number {
  return /^\d+$/.test(text) && text.length > 4 ? Number(text) * 1000 : Date.parse(text)
}
