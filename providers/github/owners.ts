import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { unseen } from '../common/faults.ts'
import type { GithubCall } from './client.ts'
import { accountShape } from './shapes.ts'
import { sightOf } from './sight.ts'

/**
 * Who owns the organisation, by today's logins in the order of the alphabet.
 * https://docs.github.com/en/rest/orgs/members#list-organization-members
 */
export async function listOwners(call: GithubCall): Promise<Result<readonly string[], Fault>> {
  const [sight, owners] = await Promise.all([
    sightOf(call),
    call.list('GET /orgs/{org}/members', { role: 'admin' }, accountShape),
  ])
  if (!sight.ok) return sight
  if (!owners.ok) return fail(owners.error.kind === 'missing' ? unseen('no list of owners') : owners.error)
  return ok(owners.value.map(({ login }) => login).sort())
}
