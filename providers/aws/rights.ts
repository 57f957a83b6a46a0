/**
 * What our own credential is asked for, by what it is for: nothing here calls anything else. The page for administrators
 * (docs/connect-aws.md) says on which resources, and what keeps us from raising ourselves.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
 */
export const accountRights = {
  /** The role that sessions are made of trusts us with both. */
  sessions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
  /** An early end, and its removal: on that role alone. */
  earlyEnds: ['iam:PutRolePolicy', 'iam:ListRolePolicies', 'iam:DeleteRolePolicy'],
  users: ['iam:GetUser', 'iam:ListUsers'],
  groups: ['iam:ListGroupsForUser', 'iam:AddUserToGroup', 'iam:RemoveUserFromGroup'],
  policies: ['iam:ListAttachedUserPolicies', 'iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
  inlinePolicies: ['iam:ListUserPolicies', 'iam:GetUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy'],
  /** `thand validate --online` only. */
  onlineCheck: ['iam:GetRole', 'iam:GetGroup', 'iam:GetPolicy'],
} as const satisfies Readonly<Record<string, readonly string[]>>
