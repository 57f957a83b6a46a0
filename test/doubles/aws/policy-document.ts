import { isOperator } from './conditions.ts'
import { malformedPolicy } from './refusal.ts'

export type Statement = {
  sid: string | undefined
  isAllow: boolean
  actions: readonly string[]
  isNotAction: boolean
  resources: readonly string[]
  isNotResource: boolean
  /** Of a trust policy: `AWS` principals. */
  principals: readonly string[]
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

type Kind = 'identity' | 'trust'
type Json = Readonly<Record<string, unknown>>

const read = new Map<string, readonly Statement[]>()

/** The statements of a document that was accepted before. */
export function statementsOf(document: string, kind: Kind = 'identity'): readonly Statement[] {
  const key = `${kind} ${document}`
  const known = read.get(key)
  if (known) return known
  const statements = parsePolicy(document, kind)
  if (read.size > 20_000) read.clear()
  read.set(key, statements)
  return statements
}

/** By the grammar of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, or a refusal. */
export function parsePolicy(document: string, kind: Kind = 'identity'): readonly Statement[] {
  const root = json(document)
  check(isRecord(root), 'Syntax errors in policy.')
  only(root, ['Version', 'Id', 'Statement'])
  const { Version: version } = root
  check(
    version === undefined || version === '2012-10-17' || version === '2008-10-17',
    'The policy must contain a valid version string.',
  )
  const list: readonly unknown[] = Array.isArray(root['Statement']) ? root['Statement'] : [root['Statement']]
  check(list.length > 0, 'Syntax errors in policy.')
  const statements = list.map((each) => statement(each, kind))
  const sids = statements.flatMap(({ sid }) => sid ?? [])
  check(new Set(sids).size === sids.length, 'Statement IDs (SID) in a single policy must be unique.')
  return statements
}

function statement(value: unknown, kind: Kind): Statement {
  check(isRecord(value), 'Syntax errors in policy.')
  only(value, [
    'Sid',
    'Effect',
    'Action',
    'NotAction',
    'Condition',
    ...(kind === 'trust' ? ['Principal'] : ['Resource', 'NotResource']),
  ])
  const { Sid: sid, Effect: effect, NotAction: notAction, NotResource: notResource } = value
  check(
    sid === undefined || (typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid)),
    'Statement IDs (SID) must be alpha-numeric.',
  )
  check(effect === 'Allow' || effect === 'Deny', 'Syntax errors in policy.')
  const actions = either(value, 'Action', 'NotAction')
  for (const action of actions)
    check(
      /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    )
  const resources = kind === 'trust' ? [] : either(value, 'Resource', 'NotResource')
  for (const resource of resources)
    check(/^(?:\*|arn:[^:]+(?::[^:]*){3}:.+)$/.test(resource), `Resource ${resource} must be in ARN format or "*".`)
  return {
    sid: typeof sid === 'string' ? sid : undefined,
    isAllow: effect === 'Allow',
    actions,
    isNotAction: notAction !== undefined,
    resources,
    isNotResource: notResource !== undefined,
    principals: kind === 'trust' ? principals(value['Principal']) : [],
    condition: condition(value['Condition']),
  }
}

function principals(value: unknown): readonly string[] {
  if (value === '*') return ['*']
  check(isRecord(value), 'Invalid principal in policy.')
  only(value, ['AWS', 'Service', 'Federated', 'CanonicalUser'])
  return value['AWS'] === undefined ? [] : texts(value['AWS'])
}

function condition(value: unknown): Statement['condition'] {
  if (value === undefined) return {}
  check(isRecord(value), 'Syntax errors in policy.')
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      check(isOperator(operator), `Invalid Condition type : ${operator}.`)
      check(isRecord(keys), 'Syntax errors in policy.')
      return [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, each]) => [key, conditionValues(operator, key, each)])),
      ]
    }),
  )
}

function conditionValues(operator: string, key: string, value: unknown): readonly string[] {
  check(/^[A-Za-z0-9-]+:\S+$/.test(key), `Condition key ${key} is not valid.`)
  const values = texts(value, ['string', 'number', 'boolean'])
  if (/Date/.test(operator))
    for (const each of values) check(isDate(each), `Invalid value for Condition: ${each} is not a valid date.`)
  if (/Numeric/.test(operator))
    for (const each of values) check(each !== '' && Number.isFinite(Number(each)), `Not a number: ${each}.`)
  if (/^(?:Bool|Null)/.test(operator))
    for (const each of values) check(/^(?:true|false)$/i.test(each), `Not a boolean: ${each}.`)
  return values
}

/** W3C's profile of ISO 8601, or seconds since 1970. */
export function isDate(text: string): boolean {
  if (/^\d+$/.test(text)) return true
  const isForm = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?)?)?$/.test(text)
  return isForm && !Number.isNaN(Date.parse(text))
}

function either(value: Json, one: string, other: string): readonly string[] {
  check(
    (value[one] === undefined) !== (value[other] === undefined),
    `Policy statement must contain ${one.toLowerCase()}s.`,
  )
  return texts(value[one] ?? value[other])
}

function texts(value: unknown, types: readonly string[] = ['string']): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  check(list.length > 0 && list.every((each) => types.includes(typeof each)), 'Syntax errors in policy.')
  return list.map(String)
}

function only(value: Json, known: readonly string[]): void {
  for (const name of Object.keys(value))
    check(known.includes(name), `Syntax errors in policy. (${name} is not known here)`)
}

function json(document: string): unknown {
  try {
    return JSON.parse(document)
  } catch {
    throw malformedPolicy('This policy contains invalid Json')
  }
}

function check(isRight: boolean, message: string): asserts isRight {
  if (!isRight) throw malformedPolicy(message)
}

function isRecord(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
