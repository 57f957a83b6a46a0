import type { Refusal } from '../core/codes.ts'
import type { Result } from '../core/result.ts'
import type { Deps } from './deps.ts'
import { intendCredential, type Pull } from './intend-credential.ts'
import { issueCredential, type PulledCredential } from './issue-credential.ts'

/** A device of the holder asks for a secret to work with, while the access is active. */
export async function pullCredential(deps: Deps, pull: Pull): Promise<Result<PulledCredential, Refusal>> {
  const intended = await deps.store.transact((tx) => intendCredential(tx, deps, pull))
  return intended.ok ? issueCredential(deps, pull, intended.value) : intended
}
