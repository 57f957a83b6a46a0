import { type Context, isLike, isMet } from './conditions.ts'
import { type Statement, statementsOf } from './policy-document.ts'

/** A document with the name under which a decision tells of it. */
export type NamedPolicy = { name: string; document: string }

/** A request is allowed where every layer allows it and none denies it; a layer that is not there limits nothing. */
export type Layers = {
  identity: readonly NamedPolicy[]
  boundary?: readonly NamedPolicy[] | undefined
  session?: readonly NamedPolicy[] | undefined
  /** Of the resource: what it allows to everybody, under its conditions, no other layer has to allow as well. */
  resource?: readonly NamedPolicy[] | undefined
}

export type Verdict = {
  isAllowed: boolean
  /** `policy#Sid` of every statement of an identity policy that allowed it. */
  allowedBy: readonly string[]
  /** `policy#Sid` of what denied it, or the layer that did not allow it. */
  refusedBy: string | undefined
}

/** As in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function evaluate(layers: Layers, action: string, resource: string, context: Context): Verdict {
  const found = Object.entries(layers).map(([layer, policies]) => {
    const matches = (policies ?? []).flatMap(({ name, document }) =>
      statementsOf(document)
        .filter((statement) => applies(statement, action, resource, context))
        .map((statement) => ({ isAllow: statement.isAllow, name: `${name}#${statement.sid ?? ''}` })),
    )
    return { layer, isThere: policies !== undefined, matches }
  })
  const denied = found.flatMap(({ matches }) => matches).find(({ isAllow }) => !isAllow)
  const isOpen = found.some(({ layer, matches }) => layer === 'resource' && matches.some(({ isAllow }) => isAllow))
  const silent = found.find(({ layer, isThere, matches }) => {
    return layer !== 'resource' && isThere && !matches.some(({ isAllow }) => isAllow)
  })
  const allowing = found.filter(({ layer }) => layer === 'identity').flatMap(({ matches }) => matches)
  const refusedBy = denied?.name ?? (isOpen ? undefined : silent?.layer)
  return {
    isAllowed: refusedBy === undefined,
    allowedBy: refusedBy === undefined ? allowing.map(({ name }) => name) : [],
    refusedBy,
  }
}

function applies(statement: Statement, action: string, resource: string, context: Context): boolean {
  const isAction = statement.actions.some((each) => isLike(action.toLowerCase(), each.toLowerCase()))
  const isResource = statement.resources.some((each) => isLike(resource, substituted(each, context)))
  return (
    isAction !== statement.isNotAction &&
    isResource !== statement.isNotResource &&
    isMet(filled(statement, context), context)
  )
}

/** Of a trust policy: the role is the resource. */
export function trusts(statement: Statement, principals: readonly string[], action: string, context: Context): boolean {
  const isPrincipal = statement.principals.some((each) => each === '*' || principals.includes(each))
  const isAction = statement.actions.some((each) => isLike(action.toLowerCase(), each.toLowerCase()))
  return isPrincipal && isAction !== statement.isNotAction && isMet(filled(statement, context), context)
}

function filled({ condition }: Statement, context: Context): Statement['condition'] {
  const keys = (each: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(
      Object.entries(each).map(([key, values]) => [key, values.map((one) => substituted(one, context))]),
    )
  return Object.fromEntries(Object.entries(condition).map(([operator, each]) => [operator, keys(each)]))
}

/** Policy variables such as `${aws:username}`; one without a value matches nothing. */
function substituted(text: string, context: Context): string {
  if (!text.includes('${')) return text
  return text.replace(/\$\{([^}]+)\}/g, (_, key: string) => {
    if (key === '*' || key === '?' || key === '$') return key
    const value = context[key.toLowerCase()]
    return typeof value === 'string' ? value : '\u0000'
  })
}
