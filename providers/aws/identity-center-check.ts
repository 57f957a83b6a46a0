import type { Result } from '../../src/core/result.ts'
import type { Subject, Target } from '../../src/core/target.ts'
import type { ExpectedAccount, ExpectedAtProvider, Finding } from '../../src/ports/online-check.ts'
import type { Fault } from '../../src/ports/provider.ts'
import type { Missing } from '../common/faults.ts'
import { assignmentPlaceIn } from './assignment.ts'
import type { IdentityCenterConfig } from './config.ts'
import { type Answered, present } from './faults.ts'
import type { IdentityCenterApi, PermissionSet } from './identity-center-api.ts'
import type { ListedAssignment } from './identity-center-shapes.ts'
import { findStoreUser } from './identity-center-subjects.ts'
import { sessionSecondsIn } from './session-duration.ts'

type Ask = <T>(act: (api: IdentityCenterApi) => Promise<T>) => Promise<T>

/** The instance, the permission sets and accounts that roles name, and the users of people, in this order. Reads only. */
export async function* checkIdentityCenter(
  { instanceArn, identityStoreId }: IdentityCenterConfig,
  ask: Ask,
  { targets, accounts }: ExpectedAtProvider,
): AsyncGenerator<Finding> {
  const seen = present(await ask((api) => api.permissionSets()), `the instance ${instanceArn}`)
  if (!seen.ok) {
    yield troubleWith(`the instance ${instanceArn}`, seen.error, 'instance_arn and region, and our own rights')
    yield { kind: 'unchecked', what: 'permission sets, accounts and users, since nothing can be seen' }
    return
  }
  yield { kind: 'fine', what: `the instance ${instanceArn} is seen` }
  const places = targets.flatMap(({ slot }) => assignmentPlaceIn(instanceArn, slot) ?? [])
  for (const arn of new Set(places.map((place) => place.permissionSetArn)))
    yield permissionSetFinding(arn, await ask((api) => api.permissionSet(arn)))
  for (const place of places) {
    const listed = await ask((api) => api.assignmentsAt(place))
    if (!listed.ok) yield absenceFinding(`the account ${place.account}`, listed.error)
  }
  for (const account of accounts)
    yield* await ask((api) => userFindings(api, account, { targets, instanceArn, identityStoreId }))
}

/** A session that is open at the end goes on for so long: an hour is the least that AWS knows. */
function permissionSetFinding(arn: string, set: Answered<PermissionSet>): Finding {
  if (!set.ok) return absenceFinding(`the permission set ${arn}`, set.error)
  const what = `the permission set ${set.value.name}`
  const hours = Math.round(sessionSecondsIn(set.value.sessionDuration) / 360) / 10
  if (hours <= 1) return { kind: 'fine', what: `${what} is there` }
  return {
    kind: 'note',
    what: `${what}: sessions go on for up to ${hours} hours after the end`,
    mend: 'PT1H as its session duration',
  }
}

function absenceFinding(what: string, error: Fault | Missing): Finding {
  if (error.kind !== 'missing') return troubleWith(what, error, 'our own rights')
  return { kind: 'wrong', what: `${what} is not there`, mend: 'the target in the role' }
}

async function userFindings(
  api: IdentityCenterApi,
  account: ExpectedAccount,
  about: { readonly targets: readonly Target[]; readonly instanceArn: string; readonly identityStoreId: string },
): Promise<readonly Finding[]> {
  const what = `${account.person} as ${account.login}`
  const subject = await findStoreUser(api, account)
  if (!subject.ok) return [userTrouble(what, subject, about.identityStoreId)]
  const listed = present(await api.assignmentsOf(subject.value.id), 'the assignments of a user')
  if (!listed.ok) return [troubleWith(what, listed.error, 'our own rights')]
  const shared = about.targets.filter(({ slot }) =>
    listed.value.some((each) => isByGroup(about.instanceArn, slot, each)),
  )
  if (shared.length === 0) return [{ kind: 'fine', what: `${what} is in the identity store` }]
  return shared.map(({ slot }) => ({
    kind: 'note',
    what: `${what} has ${slot.slice(slot.indexOf(':') + 1)} by a group already: a grant adds nothing, and its end takes nothing`,
    mend: 'the group, at Identity Center',
  }))
}

function isByGroup(instanceArn: string, slot: string, listed: ListedAssignment): boolean {
  const place = assignmentPlaceIn(instanceArn, slot)
  const isThere = listed.AccountId === place?.account && listed.PermissionSetArn === place.permissionSetArn
  return isThere && listed.PrincipalType === 'GROUP'
}

function userTrouble(what: string, found: Extract<Result<Subject, Fault>, { ok: false }>, store: string): Finding {
  if (found.error.kind !== 'refused') return troubleWith(what, found.error, 'identity_store_id, and our own rights')
  return {
    kind: 'wrong',
    what: `${what}: ${found.error.detail}`,
    mend: `the user name, as the identity store ${store} has it`,
  }
}

function troubleWith(what: string, fault: Fault, mend: string): Finding {
  if (fault.kind === 'throttled') return { kind: 'unsure', what: `${what}: AWS asks to wait`, mend: 'try again' }
  const said = `${what}: ${fault.detail}`
  if (fault.kind === 'unknown') return { kind: 'unsure', what: said, mend: 'try again' }
  return { kind: 'wrong', what: said, mend }
}
