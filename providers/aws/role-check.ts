import { z } from 'zod'
import type { Finding } from '../../src/ports/online-check.ts'
import type { AccountConfig } from './config.ts'
import { isRefusedCredential, present } from './faults.ts'
import { troubleWith } from './finding-words.ts'
import { askIam } from './iam.ts'
import type { OwnIdentity } from './own-identity.ts'
import { assumeRole, SECONDS_MIN } from './session-broker.ts'
import { askAsSession } from './session-end.ts'
import { roleNameIn } from './session-names.ts'
import type { AccountCall } from './slot-kind.ts'

/** Whether sessions can be made of a role, for as long as is configured, and can tell when they end. */
export async function roleFindings(
  config: AccountConfig,
  call: AccountCall,
  about: { readonly role: string; readonly own: OwnIdentity },
): Promise<readonly Finding[]> {
  const [length, entry] = [await lengthFindings(config, call, about.role), await entryFinding(config, call, about)]
  const early: Finding = {
    kind: 'unchecked',
    what: `whether a session of ${about.role} can be ended early, since that is a change: it needs iam:PutRolePolicy on the role`,
  }
  return [...length, entry, ...(entry.kind === 'wrong' ? [] : [early])]
}

const roleShape = z.object({ Role: z.object({ MaxSessionDuration: z.number().default(3600) }) })

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
async function lengthFindings(
  { session }: AccountConfig,
  call: AccountCall,
  role: string,
): Promise<readonly Finding[]> {
  const what = `the role ${role}`
  const found = await askIam(call, roleShape, ({ sdk, client, options }) =>
    client.send(new sdk.GetRoleCommand({ RoleName: roleNameIn(role) }), options),
  )
  if (!found.ok) {
    const { error } = found
    if (error.kind !== 'missing') return [troubleWith(what, error, 'iam:GetRole on the role')]
    return [{ kind: 'wrong', what: `${what} is not there`, mend: 'session.role, or the target of role:assumed' }]
  }
  const { MaxSessionDuration: most } = found.value.Role
  if (session?.role !== role || session.secondsMax <= most) return []
  const short = `${what} gives sessions of ${most} s at most, and session.max_duration is ${session.secondsMax}`
  return [{ kind: 'wrong', what: short, mend: 'the MaxSessionDuration of the role, or session.max_duration' }]
}

/** A session that may do nothing but ask about itself, for the shortest time there is: no other way tells whether the trust lets us in. */
async function entryFinding(
  config: AccountConfig,
  call: AccountCall,
  { role, own }: { readonly role: string; readonly own: OwnIdentity },
): Promise<Finding> {
  const what = `the role ${role}`
  const made = await assumeRole(config, call, {
    ...{ role, session: 'jit-online-check', holder: 'online-check', statements: [] },
    ...{ endsAt: own.at + SECONDS_MIN * 1000, seconds: SECONDS_MIN },
  })
  const mend = `its trust policy: sts:AssumeRole and sts:SetSourceIdentity for ${own.arn}`
  if (!made.ok) return troubleWith(`${what} does not let us in`, made.error, mend)
  const asked = await askAsSession(call, made.value.keys)
  if (asked.ok) return { kind: 'fine', what: `${what} lets us in, and its sessions tell when they end` }
  if (!isRefusedCredential(asked.error)) {
    const told = present(asked, 'the session')
    return told.ok ? { kind: 'fine', what } : troubleWith(`what sessions of ${role} tell`, told.error, 'try again')
  }
  return {
    kind: 'note',
    what: `sessions of ${role} cannot be asked, so what ends early is seen to be over at its own end only`,
    mend: 'sts:GetAccessKeyInfo among the rights of the role',
  }
}
