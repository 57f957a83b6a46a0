import { policyUntil, type Statement } from './statement.ts'

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

export function sessionPolicy(statements: readonly Statement[], endsAtMs: number): string {
  return policyUntil([...statements, probe], endsAtMs)
}

export function inlinePolicy(statements: readonly Statement[], endsAtMs: number): string {
  return policyUntil(statements, endsAtMs)
}
