import { randomUUID } from 'node:crypto'
import { type JsonRecord, recordOf, stringOf } from './json.ts'
import { viewProblems } from './limits.ts'
import { named } from './message-methods.ts'
import { broken, brokenBy, done, type Method, type Outcome, refused } from './outcome.ts'
import type { SlackState, SlackView } from './state.ts'

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': { required: ['trigger_id', 'view'], run: open },
  'views.update': { required: ['view'], run: update },
  'views.publish': { required: ['user_id', 'view'], run: publish },
}

export function showView(view: SlackView, content: JsonRecord, state: SlackState): void {
  if (Object.keys(view.view).length > 0) view.history.push(view.view)
  view.view = { ...content, blocks: named(content['blocks']) }
  view.hash = randomUUID().slice(0, 8)
  state.tell({ kind: 'view', view })
}

function open(args: JsonRecord, state: SlackState): Outcome {
  const [first, ...others] = viewProblems(args['view'], 'modal')
  if (first) return broken(first, ...others)
  const trigger = state.useTrigger(stringOf(args['trigger_id']))
  // Too late can happen to anyone; a second use, or one that was never issued, is a mistake.
  if ('error' in trigger)
    return trigger.error === 'expired_trigger_id'
      ? refused(trigger.error)
      : brokenBy(trigger.error, '/trigger_id', trigger.error)
  return answered(create(trigger.user, args, state))
}

function update(args: JsonRecord, state: SlackState): Outcome {
  const [first, ...others] = viewProblems(args['view'], 'modal')
  if (first) return broken(first, ...others)
  const view = state.views.find(({ id, view: { external_id } }) =>
    args['view_id'] === undefined
      ? external_id !== undefined && external_id === args['external_id']
      : id === args['view_id'],
  )
  if (!view) return refused('not_found')
  if (args['hash'] !== undefined && args['hash'] !== view.hash) return refused('hash_conflict')
  showView(view, recordOf(args['view']), state)
  return answered(view)
}

function publish(args: JsonRecord, state: SlackState): Outcome {
  const user = stringOf(args['user_id'])
  if (!state.people[user]) return refused('user_not_found')
  const [first, ...others] = viewProblems(args['view'], 'home')
  if (first) return broken(first, ...others)
  const home = state.views.find((each) => each.user === user && each.view['type'] === 'home')
  if (!home) return answered(create(user, args, state))
  if (args['hash'] !== undefined && args['hash'] !== home.hash) return refused('hash_conflict')
  showView(home, recordOf(args['view']), state)
  return answered(home)
}

function create(user: string, args: JsonRecord, state: SlackState): SlackView {
  const id = `V${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`
  const view: SlackView = { id, user, hash: '', view: {}, history: [] }
  state.views.push(view)
  showView(view, recordOf(args['view']), state)
  return view
}

const answered = (view: SlackView): Outcome => done({ view: { id: view.id, hash: view.hash, ...view.view } })
