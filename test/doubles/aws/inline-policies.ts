import { accountOf, accountSeen, type Call, type Need, type Operation, text } from './call.ts'
import type { Context } from './conditions.ts'
import { markerPage } from './page.ts'
import { parsePolicy } from './policy-document.ts'
import { isReserved } from './provision.ts'
import { noSuchEntity, Refusal } from './refusal.ts'
import { documentText } from './shapes.ts'
import { type Account, arnOf, held, type Role, type User } from './state.ts'

type Kind = 'User' | 'Role'

/** Of all inline policies of one together, white space not counted. */
const charactersMax = { User: 2048, Role: 10_240 } as const

export const inlinePolicyOperations: readonly (readonly [string, Operation])[] = (['User', 'Role'] as const).flatMap(
  (kind): (readonly [string, Operation])[] => {
    const operation = (verb: string, answer: (call: Call) => unknown): readonly [string, Operation] => {
      const name = verb === 'List' ? `List${kind}Policies` : `${verb}${kind}Policy`
      return [name, { needs: (call) => [needOn(kind, call, `iam:${name}`)], answer }]
    }
    return [
      operation('Put', (call) => put(kind, call)),
      operation('Get', (call) => get(kind, call)),
      operation('Delete', (call) => remove(kind, call)),
      operation('List', (call) =>
        markerPage(call, 'PolicyNames', Object.keys(identity(kind, call, accountSeen(call)).inline)),
      ),
    ]
  },
)

function put(kind: Kind, call: Call): undefined {
  const document = text(call, 'PolicyDocument')
  const { inline, name } = changeable(kind, call)
  parsePolicy(document)
  const all = Object.values({ ...inline, [text(call, 'PolicyName')]: document }).join('')
  if (all.replaceAll(/\s/g, '').length > charactersMax[kind])
    throw new Refusal(
      'LimitExceeded',
      409,
      `Maximum policy size of ${charactersMax[kind]} bytes exceeded for ${kind.toLowerCase()} ${name}`,
    )
  inline[text(call, 'PolicyName')] = document
}

function get(kind: Kind, call: Call) {
  const { inline, name } = identity(kind, call, accountSeen(call))
  const PolicyName = text(call, 'PolicyName')
  const document = held(inline, PolicyName)
  if (document === undefined) throw noPolicy(kind, PolicyName)
  return { [`${kind}Name`]: name, PolicyName, PolicyDocument: documentText(document) }
}

function remove(kind: Kind, call: Call): undefined {
  const { inline } = changeable(kind, call)
  const name = text(call, 'PolicyName')
  if (held(inline, name) === undefined) throw noPolicy(kind, name)
  delete inline[name]
}

/** What Identity Center made, only Identity Center changes. */
function changeable(kind: Kind, call: Call): User | Role {
  const found = identity(kind, call, accountOf(call))
  if (kind === 'Role' && isReserved(found))
    throw new Refusal('UnmodifiableEntity', 400, `Cannot perform the operation on the protected role '${found.name}'`)
  return found
}

function noPolicy(kind: Kind, name: string): Refusal {
  return noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`)
}

function identity(kind: Kind, call: Call, account: Account): User | Role {
  const name = text(call, `${kind}Name`)
  const found = kind === 'User' ? held(account.users, name) : held(account.roles, name)
  if (!found) throw noSuchEntity(`The ${kind.toLowerCase()} with name ${name} cannot be found.`)
  return found
}

/** The right to do something to a user or a role, with what conditions may ask about them. */
export function needOn(kind: Kind, call: Call, action: string, more: Context = {}): Need {
  const account = accountOf(call)
  const name = text(call, `${kind}Name`)
  const found = kind === 'User' ? held(account.users, name) : held(account.roles, name)
  const at = found ?? { path: '/', name }
  const resource = arnOf(account.id, kind === 'User' ? 'user' : 'role', at)
  const tags = Object.entries(found?.tags ?? {}).flatMap(([key, value]) => [
    [`aws:resourcetag/${key.toLowerCase()}`, value],
    [`iam:resourcetag/${key.toLowerCase()}`, value],
  ])
  const boundary = found?.boundary !== undefined && { 'iam:permissionsboundary': found.boundary }
  return { action, resource, context: { ...Object.fromEntries(tags), ...boundary, ...more } }
}
