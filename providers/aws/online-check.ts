import type { ExpectedAccount, ExpectedAtProvider, Finding } from '../../src/ports/online-check.ts'
import type { AccountConfig } from './config.ts'
import { rolesOf } from './entitlement.ts'
import type { Answered } from './faults.ts'
import { troubleWith } from './finding-words.ts'
import { anyAnswer, askIam } from './iam.ts'
import { type OwnIdentity, ownIdentity } from './own-identity.ts'
import { roleFindings } from './role-check.ts'
import type { AccountCall } from './slot-kind.ts'
import { resolveUser } from './subjects.ts'

type Ask = <T>(act: (call: AccountCall) => Promise<T>) => Promise<T>

/**
 * Our credential, the roles that sessions are made of, the groups and policies that roles name, and the users of people, in this order.
 * Changes nothing: the session that it makes of each role is let to ask about itself, and nothing else.
 */
export async function* checkAccount(
  config: AccountConfig,
  ask: Ask,
  { targets, scopes, accounts }: ExpectedAtProvider,
): AsyncGenerator<Finding> {
  const own = await ask(ownIdentity)
  if (!own.ok || own.value.account !== config.account) {
    yield own.ok ? otherAccount(config, own.value) : troubleWith('our own credential', own.error, MEND_KEYS)
    yield { kind: 'unchecked', what: 'roles, groups, policies and users, since nothing can be seen' }
    return
  }
  yield { kind: 'fine', what: `the account ${config.account} knows us as ${own.value.arn}` }
  for (const role of rolesOf(config, scopes))
    yield* await ask((call) => roleFindings(config, call, { role, own: own.value }))
  const slots = [...new Set(targets.map(({ slot }) => slot))].sort()
  for (const slot of slots) yield* await ask((call) => slotFindings(call, slot))
  for (const account of accounts) yield await ask((call) => userFinding(call, account))
}

const MEND_KEYS = 'keys or assume_role in the config of the provider, or what the SDK finds by itself'
const MEND_RIGHTS = 'our own rights (docs/connect-aws.md)'

function otherAccount({ account }: AccountConfig, own: OwnIdentity): Finding {
  const what = `our own credential is of the account ${own.account}, not of ${account}`
  return { kind: 'wrong', what, mend: 'account in the config of the provider, or assume_role for a role in it' }
}

/** A slot of a grant's own is nowhere yet. */
async function slotFindings(call: AccountCall, slot: string): Promise<readonly Finding[]> {
  const at = slot.indexOf(':')
  const [kind, name] = [slot.slice(0, at), slot.slice(at + 1)]
  if (kind === 'group') return [thereFinding(`the group ${name}`, await askForGroup(call, name))]
  if (kind === 'policy') return [thereFinding(`the policy ${name}`, await askForPolicy(call, name))]
  return []
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
function askForGroup(call: AccountCall, GroupName: string): Promise<Answered<unknown>> {
  return askIam(call, anyAnswer, ({ sdk, client, options }) =>
    client.send(new sdk.GetGroupCommand({ GroupName, MaxItems: 1 }), options),
  )
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html */
function askForPolicy(call: AccountCall, PolicyArn: string): Promise<Answered<unknown>> {
  return askIam(call, anyAnswer, ({ sdk, client, options }) =>
    client.send(new sdk.GetPolicyCommand({ PolicyArn }), options),
  )
}

function thereFinding(what: string, answer: Answered<unknown>): Finding {
  if (answer.ok) return { kind: 'fine', what: `${what} is there` }
  if (answer.error.kind !== 'missing') return troubleWith(what, answer.error, MEND_RIGHTS)
  return { kind: 'wrong', what: `${what} is not there`, mend: 'the target in the role' }
}

async function userFinding(call: AccountCall, account: ExpectedAccount): Promise<Finding> {
  const what = `${account.person} as ${account.login}`
  const subject = await resolveUser(call, account)
  if (!subject.ok && subject.error.kind === 'refused')
    return { kind: 'wrong', what: `${what}: ${subject.error.detail}`, mend: 'the account under people in thand.yaml' }
  if (!subject.ok) return troubleWith(what, subject.error, MEND_RIGHTS)
  if (subject.value.login === account.login) return { kind: 'fine', what: `${what} is a user of the account` }
  const renamed = `${what} is called ${subject.value.login} by now`
  return { kind: 'note', what: renamed, mend: 'the new name in thand.yaml; the id counts' }
}
