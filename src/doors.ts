import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify'
import { createSlackPlatform } from '../bots/slack/slack-platform.ts'
import type { Environment } from './config/env.ts'
import type { Settings } from './core/settings.ts'
import type { AccountLookup, AccountOf, ChatPlatform } from './ports/chat.ts'
import type { Store, Tx } from './ports/store/store.ts'

/** A chat platform that is set up: what it hears comes over HTTP, and its directory is asked who somebody is. */
export interface FrontDoor extends ChatPlatform {
  readonly plugin: FastifyPluginAsync
  readonly lookup: AccountLookup
}

interface Building {
  readonly environment: Environment
  readonly settings: Settings
  readonly store: Store
  readonly log: FastifyBaseLogger
  readonly accountOn: (platform: string) => AccountOf
}

/** Those that the environment configures. What one of them needs is loaded for it alone: the SDK of Teams is 40 MB. */
export async function openDoors(building: Building): Promise<readonly FrontDoor[]> {
  const doors = [slackOf(building), await teamsOf(building)]
  return doors.filter((door) => door !== undefined)
}

function slackOf({ environment: { slack }, settings, log, accountOn }: Building): FrontDoor | undefined {
  const team = settings.identity.homes['slack']
  if (slack === undefined || team === undefined) return undefined
  return createSlackPlatform({ ...slack, team, accountOf: accountOn('slack'), log })
}

async function teamsOf({ environment, settings, store, log, accountOn }: Building): Promise<FrontDoor | undefined> {
  const { teams, isProduction } = environment
  const tenant = settings.identity.homes['teams']
  if (teams === undefined || tenant === undefined) return undefined
  const { createTeamsPlatform } = await import('../bots/teams/teams-platform.ts')
  const places = { transact: <T>(work: (all: Tx['places']) => Promise<T>) => store.transact((tx) => work(tx.places)) }
  return createTeamsPlatform({ ...teams, tenant, isProduction, places, accountOf: accountOn('teams'), log })
}
