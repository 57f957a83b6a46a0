/**
 * What our own credential is asked for, by the policy of docs/aws/thand-account.yaml that lets it: nothing here calls anything else. There it
 * says on which resources, and what keeps us from raising ourselves; a test holds the two against each other, and against every call.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
 */
export const accountRights = {
  /** Of the role that sessions are made of; of roles that are given as they are, the same. `GetRole` is for `thand validate --online` only. */
  sessions: [
    ...['sts:AssumeRole', 'sts:SetSourceIdentity'],
    ...['iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'iam:ListRolePolicies', 'iam:GetRole'],
  ],
  users: ['iam:GetUser', 'iam:ListUsers'],
  'inline-policies': ['iam:PutUserPolicy', 'iam:DeleteUserPolicy', 'iam:ListUserPolicies', 'iam:GetUserPolicy'],
  /** `GetGroup` is for `thand validate --online` only. */
  groups: ['iam:AddUserToGroup', 'iam:RemoveUserFromGroup', 'iam:GetGroup', 'iam:ListGroupsForUser'],
  /** `GetPolicy` is for `thand validate --online` only. */
  'managed-policies': [
    ...['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
    ...['iam:GetPolicy', 'iam:ListAttachedUserPolicies'],
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** The same for docs/aws/thand-identity-center.yaml. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html */
export const identityCenterRights = [
  ...['sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment', 'sso:ListAccountAssignments'],
  ...['sso:ListAccountAssignmentsForPrincipal', 'sso:ListPermissionSets', 'sso:DescribePermissionSet'],
  ...['sso:ListAccountAssignmentCreationStatus', 'sso:ListAccountAssignmentDeletionStatus'],
  ...['sso:DescribeAccountAssignmentCreationStatus', 'sso:DescribeAccountAssignmentDeletionStatus'],
  ...['identitystore:GetUserId', 'identitystore:DescribeUser'],
] as const
