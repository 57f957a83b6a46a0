import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Subject } from '../../src/core/target.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { refused } from '../common/faults.ts'
import type { Answered } from './faults.ts'
import type { IdentityCenterApi, StoreUser } from './identity-center-api.ts'

/** As AWS writes them. https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_User.html */
const USER_ID = /^([\da-f]{10}-)?[\dA-Fa-f]{8}(-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12}$/
const USER_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u

export function isUserId(id: string): boolean {
  return USER_ID.test(id)
}

/**
 * A user of the identity store: by the pinned id, which survives a rename, or else by today's user name. None of them is
 * our own: we come with keys of IAM. https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html
 */
export async function findStoreUser(
  api: IdentityCenterApi,
  { login, id }: { readonly login: string; readonly id?: string },
): Promise<Result<Subject, Fault>> {
  const found = id === undefined ? await byName(api, login) : await byId(api, id)
  if (found.ok) return ok({ id: found.value.id, login: found.value.userName })
  return fail(found.error.kind === 'missing' ? nobody : found.error)
}

async function byName(api: IdentityCenterApi, userName: string): Promise<Answered<StoreUser>> {
  if (!USER_NAME.test(userName)) return fail({ kind: 'missing' })
  const found = await api.userIdOf(userName)
  return found.ok ? ok({ id: found.value, userName }) : found
}

async function byId(api: IdentityCenterApi, id: string): Promise<Answered<StoreUser>> {
  return isUserId(id) ? api.user(id) : fail({ kind: 'missing' })
}

const nobody = refused('subject_unknown', 'the identity store knows no such user')
