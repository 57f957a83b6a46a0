/** Whose policy it becomes: a session's own, or one of a user of IAM. */
export type ActionKind = 'session' | 'user'

const common = [
  'aws:userid',
  'aws:PrincipalAccount',
  'aws:PrincipalOrgID',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
]
const known: Readonly<Record<ActionKind, readonly string[]>> = {
  session: [...common, 'aws:SourceIdentity'],
  user: [...common, 'aws:username'],
}
const TAG = /^aws:(PrincipalTag|RequestTag|ResourceTag)\/[\w.:/=+@-]{1,128}$/i
/** `${*}`, `${?}` and `${$}` are the letters themselves. */
const LETTER = /^[*?$]$/

/**
 * What is wrong with the variables of a text, if anything: one that has no value where it is used matches nothing, silently.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function variableProblem(text: string, kind: ActionKind): string | undefined {
  const names = [...text.matchAll(/\$\{([^${}]*)\}/g)].map(([, name = '']) => name)
  const isClosed = text.split('${').length - 1 === names.length
  const isKnown = (name: string) =>
    LETTER.test(name) || TAG.test(name) || known[kind].some((each) => each.toLowerCase() === name.toLowerCase())
  if (isClosed && names.every(isKnown)) return undefined
  const words = [...known[kind], 'aws:PrincipalTag/<tag>'].join(', ')
  return `a policy variable that has a value ${kind === 'session' ? 'in a session' : 'for a user'}: ${words}`
}
