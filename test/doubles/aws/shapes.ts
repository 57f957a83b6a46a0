import { arnOf, type Group, type Role, type User } from './state.ts'

export function userShape(account: string, user: User, isWhole = false) {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: arnOf(account, 'user', user),
    CreateDate: user.createdAt,
    ...(isWhole && boundaryAndTags(user)),
  }
}

export function groupShape(account: string, group: Group) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: arnOf(account, 'group', group),
    CreateDate: group.createdAt,
  }
}

export function roleShape(account: string, role: Role, isWhole = false) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: arnOf(account, 'role', role),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: documentText(role.trust),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(isWhole && boundaryAndTags(role)),
  }
}

/** Documents are answered as a URL has them (RFC 3986). */
export function documentText(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Only where one is asked for by name: lists leave these out. */
function boundaryAndTags({ boundary, tags }: Pick<User, 'boundary' | 'tags'>) {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return {
    ...(boundary !== undefined && {
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundary },
    }),
    ...(list.length > 0 && { Tags: list }),
  }
}
