import { type JsonRecord, stringOf } from './json.ts'
import { messageMethods } from './message-methods.ts'
import { done, type Method, refused } from './outcome.ts'
import type { SlackPerson, SlackState } from './state.ts'
import { viewMethods } from './view-methods.ts'

const BOT_ID = 'B0THAND'

const workspaceMethods: Readonly<Record<string, Method>> = {
  'auth.test': {
    required: [],
    run: (_args, { team, botUser }) =>
      done({
        url: 'https://acme.slack.com/',
        team: 'Acme',
        user: 'thand',
        team_id: team,
        user_id: botUser,
        bot_id: BOT_ID,
        is_enterprise_install: false,
      }),
  },
  'apps.connections.open': {
    required: [],
    run: (_args, { socketUrl, sockets }) =>
      done({ url: `${socketUrl}/link/?ticket=${sockets.ticket()}&app_id=A0THAND` }),
  },
  'team.info': {
    required: [],
    run: (_args, { team }) => done({ team: { id: team, name: 'Acme', domain: 'acme', email_domain: 'acme.example' } }),
  },
  'bots.info': {
    required: [],
    run: (_args, { botUser }) =>
      done({ bot: { id: BOT_ID, deleted: false, name: 'thand', user_id: botUser, app_id: 'A0THAND' } }),
  },
  'users.info': {
    required: ['user'],
    run: ({ user }, state) => {
      const found = userOf(state, stringOf(user))
      return found ? done({ user: found }) : refused('user_not_found')
    },
  },
  'users.lookupByEmail': {
    required: ['email'],
    run: ({ email }, state) => {
      const wanted = stringOf(email).toLowerCase()
      const found = Object.entries(state.people).find(
        ([, person]) => person.email?.toLowerCase() === wanted && !person.deleted,
      )
      return found ? done({ user: userOf(state, found[0]) }) : refused('users_not_found')
    },
  },
}

export const METHODS: Readonly<Record<string, Method>> = { ...workspaceMethods, ...messageMethods, ...viewMethods }

/** The user object of the Web API, without what this product never reads. */
function userOf(state: SlackState, id: string): JsonRecord | undefined {
  const person: SlackPerson | undefined =
    state.people[id] ?? (id === state.botUser ? { name: 'Thand', isBot: true } : undefined)
  if (!person) return undefined
  const team = person.team ?? state.team
  return {
    id,
    team_id: team,
    name: person.name.toLowerCase().replaceAll(' ', '.'),
    real_name: person.name,
    deleted: person.deleted ?? false,
    is_bot: person.isBot ?? false,
    is_app_user: false,
    is_restricted: person.isRestricted ?? false,
    is_ultra_restricted: person.isUltraRestricted ?? false,
    is_stranger: person.isStranger ?? false,
    ...(person.isInvited ? { is_invited_user: true } : {}),
    is_email_confirmed: person.emailConfirmed ?? true,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile: {
      real_name: person.name,
      display_name: person.name,
      team,
      ...(person.email === undefined ? {} : { email: person.email }),
    },
  }
}
