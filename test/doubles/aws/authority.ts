import type { Call, Need } from './call.ts'
import { type Caller, contextOf, findCaller, layersOf, unknownToken } from './caller.ts'
import { evaluate } from './evaluate.ts'
import type { Faults } from './faults.ts'
import { accessDenied, Refusal } from './refusal.ts'
import { isSignedWith, parseAuthorization, type SignedRequest } from './signature.ts'
import type { Account, AwsState } from './state.ts'

/** What was asked of the policies, and what they said. */
export type Decision = {
  at: number
  operation: string
  caller: string
  isThands: boolean
  action: string
  resource: string
  isAllowed: boolean
  /** `policy#Sid` of every statement of an identity policy that allowed it. */
  allowedBy: readonly string[]
  refusedBy: string | undefined
}

/** Who signed the request, whose signature is verified; or a refusal. */
export function authenticate(state: AwsState, request: SignedRequest, now: number): Caller {
  const { authorization: header } = request.headers
  if (header === undefined)
    throw new Refusal('MissingAuthenticationToken', 403, 'Request is missing Authentication Token')
  const authorization = parseAuthorization(header)
  if (!authorization) throw mismatch()
  const token = request.headers['x-amz-security-token']
  const caller = findCaller(state, authorization.keyId, token === undefined ? undefined : String(token), now)
  if (!isSignedWith(caller.secret, authorization, request)) throw mismatch()
  return caller
}

function mismatch(): Refusal {
  return new Refusal(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  )
}

/** What breaks Thand's own credential leaves the sessions alone that it made for people. */
export function checkCredential({ broken }: Faults, { isThands }: Caller, operation: string): void {
  if (!isThands || broken === undefined) return
  if (broken === 'revoked') throw unknownToken()
  if (operation !== 'GetCallerIdentity') throw accessDenied('User is not authorized to perform this operation.')
}

/** All that the operation needs, or a refusal; `onDecision` hears of each. */
export function authorize(
  call: Call,
  {
    needs,
    policies,
    onDecision,
  }: { needs: readonly Need[]; policies: Readonly<Record<string, Account>>; onDecision: (decision: Decision) => void },
): void {
  const { caller, now, operation } = call
  const layers = layersOf(caller, policies)
  for (const { action, resource, context, resourcePolicy } of needs) {
    const all = { ...contextOf(caller, now), 'aws:resourceaccount': caller.account, ...context }
    const verdict = evaluate({ ...layers, ...named(resourcePolicy) }, action, resource, all)
    onDecision({ at: now, operation, caller: caller.arn, isThands: caller.isThands, action, resource, ...verdict })
    if (!verdict.isAllowed)
      throw accessDenied(
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because of ${verdict.refusedBy}`,
      )
  }
}

function named(resourcePolicy: string | undefined) {
  return resourcePolicy === undefined ? {} : { resource: [{ name: 'resource policy', document: resourcePolicy }] }
}
