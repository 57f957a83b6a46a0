import { createOnlineCheck } from '../../bots/slack/online-check.ts'
import type { Config } from '../config/config.ts'
import { isEligible, type Person } from '../core/person.ts'
import { accountAt } from '../core/settings.ts'
import type { Logger } from '../ports/log.ts'
import { checksOnline, type ExpectedOnPlatform, type Finding } from '../ports/online-check.ts'
import type { Configuration } from './read-configuration.ts'

export type Placed = Finding & { readonly where: string }

/** Everything that the configuration says of the outside, looked at there. Changes nothing anywhere. */
export async function* checkOnline({ environment, config }: Configuration): AsyncGenerator<Placed> {
  const home = config.identity.slack?.team
  if (environment.slack !== undefined && home !== undefined) {
    yield* placed('slack', createOnlineCheck(environment.slack).checkOnline(expectedInSlack(config, home)))
    for (const finding of neverBound(config, 'slack', 'U…')) yield { ...finding, where: 'slack' }
  }
  if (environment.teams !== undefined) {
    const { checkTeams } = await import('../../bots/teams/online-check.ts')
    yield* placed('teams', checkTeams(environment.teams))
    for (const finding of neverBound(config, 'teams', '<object id>')) yield { ...finding, where: 'teams' }
  }
  for (const configured of config.providers) {
    const { key } = configured
    const provider = configured.open({ log: SILENT })
    if (checksOnline(provider)) yield* placed(key, provider.checkOnline(expectedAt(config, key)))
    else yield { kind: 'unchecked', what: 'this engine cannot be checked', where: key }
    for (const finding of withoutAccount(config, key)) yield { ...finding, where: key }
  }
}

async function* placed(where: string, findings: AsyncIterable<Finding>): AsyncGenerator<Placed> {
  for await (const finding of findings) yield { ...finding, where }
}

function expectedInSlack({ roles, people }: Config, home: string): ExpectedOnPlatform {
  const channels = new Map(
    roles.flatMap(({ workflow }) => {
      const [platform, channel] = workflow?.channel.split(':') ?? []
      return workflow === undefined || platform !== 'slack' || channel === undefined ? [] : [[workflow.key, channel]]
    }),
  )
  return {
    home,
    channels: [...channels].map(([workflow, channel]) => ({ workflow, channel })),
    people: people.map(({ id, accounts }) => ({ person: id, account: accounts['slack']?.login })),
  }
}

function expectedAt(config: Config, key: string) {
  const roles = config.roles.filter((role) => role.provider === key)
  const targets = roles.flatMap((role) => role.targets)
  const scopes = roles.flatMap(({ entitlement }) => entitlement?.scope ?? [])
  const accounts = config.people.flatMap((person) => {
    const account = accountAt(config, person, key)
    return account === undefined ? [] : [{ person: person.id, ...account }]
  })
  return { targets, scopes, accounts }
}

/** Whom no account can be: by the rules of the configuration, whatever the platform says. */
function neverBound({ people, identity }: Config, platform: string, account: string): readonly Finding[] {
  const unnamed = people.filter(({ accounts }) => accounts[platform] === undefined)
  const mend = `accounts: { ${platform}: ${account} }`
  if (identity.binding === 'pinned')
    return unnamed.map(({ id }) => ({
      kind: 'wrong',
      what: `${id} has no account, and identity.binding is pinned`,
      mend: `${mend} in thand.yaml`,
    }))
  const domainOf = (id: string) => id.slice(id.lastIndexOf('@') + 1)
  return unnamed
    .filter(({ id }) => !identity.domains.includes(domainOf(id)))
    .map(({ id }) => ({
      kind: 'wrong',
      what: `${id} is in none of identity.domains`,
      mend: `add ${domainOf(id)}, or ${mend}`,
    }))
}

/** Who may ask there, and would be told that their account is not known. */
function withoutAccount(config: Config, key: string): readonly Finding[] {
  const roles = config.roles.filter((role) => role.provider === key && role.isEnabled && role.needsNoAccount !== true)
  const mayAsk = (person: Person) => roles.some((role) => isEligible(person, role.scopes))
  return config.people
    .filter((person) => accountAt(config, person, key) === undefined && mayAsk(person))
    .map(({ id }) => ({
      kind: 'wrong',
      what: `${id} may ask for roles here, and has no account`,
      mend: `accounts: { ${key}: … } in thand.yaml`,
    }))
}

const nothing = () => {}
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }
