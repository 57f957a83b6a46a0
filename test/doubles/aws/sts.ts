import type { Call, Need, Operation } from './call.ts'
import { optionalText, text } from './call.ts'
import { type Caller, contextOf } from './caller.ts'
import type { Context } from './conditions.ts'
import { trusts } from './evaluate.ts'
import { parsePolicy, statementsOf } from './policy-document.ts'
import { accessDenied, invalid, malformedPolicy, Refusal } from './refusal.ts'
import { credentialShape, newCredential } from './session.ts'
import { type Account, documentOf, held, type Role, type Session } from './state.ts'

const chainedSecondsMax = 3600
const sessionPolicyCharactersMax = 2048

export const stsOperations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  /** Nobody can be denied this. */
  ['GetCallerIdentity', { needs: () => [], answer: callerIdentity }],
  ['GetAccessKeyInfo', { needs: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }], answer: accessKeyInfo }],
  ['AssumeRole', { needs: assumeNeeds, answer: assumeRole }],
])

function callerIdentity({ caller }: Call) {
  return { UserId: caller.userId, Account: caller.account, Arn: caller.arn }
}

function accessKeyInfo(call: Call) {
  const id = text(call, 'AccessKeyId')
  const account = held(call.state.accessKeys, id)?.account ?? held(call.state.sessions, id)?.account
  if (account === undefined) throw invalid(`Invalid access key: ${id}`)
  return { Account: account }
}

function assumeNeeds(call: Call): readonly Need[] {
  return actions(call).map((action) => ({ action, resource: text(call, 'RoleArn'), context: requestContext(call) }))
}

/** What the request asks for beside the role must be allowed by name, to the caller and in the trust of the role. */
function actions(call: Call): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(optionalText(call, 'SourceIdentity') !== undefined ? ['sts:SetSourceIdentity'] : []),
    ...(Object.keys(tagsOf(call)).length > 0 ? ['sts:TagSession'] : []),
  ]
}

function requestContext(call: Call): Context {
  const [sourceIdentity, externalId] = [optionalText(call, 'SourceIdentity'), optionalText(call, 'ExternalId')]
  const tags = Object.entries(tagsOf(call))
  return {
    'sts:rolesessionname': text(call, 'RoleSessionName'),
    ...(sourceIdentity !== undefined && { 'sts:sourceidentity': sourceIdentity }),
    ...(externalId !== undefined && { 'sts:externalid': externalId }),
    ...(tags.length > 0 && { 'aws:tagkeys': tags.map(([key]) => key) }),
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value])),
  }
}

function assumeRole(call: Call) {
  const { caller, now, state } = call
  const { account, role } = roleAsked(call)
  checkTrust(call, role)
  const seconds = secondsAsked(call, role)
  const { policies, percent } = sessionPolicies(call, account)
  const before = caller.kind === 'session' ? caller.session : undefined
  const sourceIdentity = sourceIdentityOf(call, before)
  const session: Session = {
    ...newCredential(),
    account: account.id,
    role: role.name,
    roleId: role.id,
    name: text(call, 'RoleSessionName'),
    sourceIdentity,
    ...sessionTags(call, before),
    policies,
    issuedAt: now,
    expiresAt: Math.floor(now / 1000 + seconds) * 1000,
    isChained: before !== undefined,
    identityStoreUser: undefined,
  }
  state.sessions[session.id] = session
  return {
    Credentials: credentialShape(session),
    AssumedRoleUser: assumedShape(account, role, session),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    ...(percent > 0 && { PackedPolicySize: percent }),
  }
}

/** A role that is not there and one that does not let the caller in look the same from outside. */
function roleAsked(call: Call): { account: Account; role: Role } {
  const [, id = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(text(call, 'RoleArn')) ?? []
  const account = held(call.state.accounts, id)
  const role = account && held(account.roles, name)
  if (!account || !role) throw notAuthorized(call.caller, 'sts:AssumeRole', text(call, 'RoleArn'))
  return { account, role }
}

function checkTrust(call: Call, role: Role): void {
  const context = { ...contextOf(call.caller, call.now), ...requestContext(call) }
  const statements = statementsOf(role.trust, 'trust')
  for (const action of actions(call)) {
    const matching = statements.filter((each) => trusts(each, call.caller.principals, action, context))
    if (matching.length === 0 || matching.some(({ isAllow }) => !isAllow))
      throw notAuthorized(call.caller, action, text(call, 'RoleArn'))
  }
}

function secondsAsked(call: Call, role: Role): number {
  const seconds = Number(call.parameters['DurationSeconds'] ?? 3600)
  if (call.caller.kind === 'session' && seconds > chainedSecondsMax)
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining')
  if (seconds > role.maxSessionSeconds)
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  return seconds
}

function sessionPolicies(call: Call, account: Account): { policies: string[] | undefined; percent: number } {
  const document = optionalText(call, 'Policy')
  const arns = list(call, 'PolicyArns').map((each) => String(Reflect.get(each, 'arn')))
  const managed = arns.map((arn) => {
    const found = documentOf(account, arn)
    if (found === undefined) throw malformedPolicy(`Policy ${arn} does not exist or is not attachable.`)
    return found
  })
  if (document === undefined) return { policies: managed.length > 0 ? managed : undefined, percent: 0 }
  parsePolicy(document)
  const size = document.length + JSON.stringify(tagsOf(call)).length - 2
  const percent = Math.ceil((size / sessionPolicyCharactersMax) * 100)
  if (document.length > sessionPolicyCharactersMax || percent > 100)
    throw new Refusal(
      'PackedPolicyTooLarge',
      400,
      `Packed size of session tags consumes ${percent}% of allotted space.`,
    )
  return { policies: [document, ...managed], percent }
}

/** Once set it stays, through every role that is assumed with it. */
function sourceIdentityOf(call: Call, before: Session | undefined): string | undefined {
  const asked = optionalText(call, 'SourceIdentity')
  const kept = before?.sourceIdentity
  if (kept !== undefined && asked !== undefined && kept !== asked)
    throw accessDenied('The source identity of a session cannot be changed.')
  return kept ?? asked
}

function sessionTags(call: Call, before: Session | undefined): Pick<Session, 'tags' | 'transitiveTags'> {
  const inherited = (before?.transitiveTags ?? []).map((key): [string, string] => [key, before?.tags[key] ?? ''])
  const keys = call.parameters['TransitiveTagKeys']
  const transitive = Array.isArray(keys) ? keys.map(String) : []
  const transitiveTags = [...inherited.map(([key]) => key), ...transitive]
  return { tags: { ...tagsOf(call), ...Object.fromEntries(inherited) }, transitiveTags }
}

function tagsOf(call: Call): Record<string, string> {
  return Object.fromEntries(
    list(call, 'Tags').map((tag) => [String(Reflect.get(tag, 'Key')), String(Reflect.get(tag, 'Value'))]),
  )
}

function list({ parameters }: Call, name: string): readonly object[] {
  const value = parameters[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : []
}

function assumedShape(account: Account, role: Role, { name }: Session) {
  return { AssumedRoleId: `${role.id}:${name}`, Arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/${name}` }
}

export function notAuthorized({ arn }: Caller, action: string, resource: string): Refusal {
  return accessDenied(`User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`)
}
