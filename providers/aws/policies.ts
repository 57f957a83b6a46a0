import { policyUntil, type Statement, secondOf } from './statement.ts'

/**
 * Of a session's policy, and of all inline policies of a user together, white space not counted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
export const POLICY_CHARACTERS_MAX = 2048

/**
 * What the session asks of itself, so that a read tells whether it still works. It tells the account of a key, which the
 * session knows. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
const probe: Statement = { Effect: 'Allow', Action: ['sts:GetAccessKeyInfo'], Resource: ['*'] }

/**
 * After its end a session may do nothing, whatever allows it: what a policy of a bucket or a key gives to the session, or to whoever has
 * the role in `aws:PrincipalArn`, is not narrowed by what the session's policy allows, and by what it denies it is.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
const nothingFrom = (end: string): Statement => ({
  Effect: 'Deny',
  Action: ['*'],
  Resource: ['*'],
  Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': [end] } },
})

export function sessionPolicy(statements: readonly Statement[], endsAtMs: number): string {
  return policyUntil([...statements, probe, nothingFrom(secondOf(endsAtMs))], endsAtMs)
}

export function inlinePolicy(statements: readonly Statement[], endsAtMs: number): string {
  return policyUntil(statements, endsAtMs)
}
