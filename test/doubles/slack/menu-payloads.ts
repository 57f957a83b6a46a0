import { type JsonRecord, recordOf, recordsOf, stringOf } from './json.ts'
import { envelope, type Occasion, viewPayload } from './payloads.ts'
import type { SlackView } from './workspace.ts'

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export function shortcutPayload(occasion: Occasion, callbackId: string): JsonRecord {
  const { workspace, user } = occasion
  return {
    ...envelope('shortcut', occasion),
    callback_id: callbackId,
    action_ts: workspace.mintTs(),
    trigger_id: workspace.issueTrigger(user),
  }
}

/** https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
export function suggestionPayload(
  occasion: Occasion,
  view: SlackView,
  { field, typed }: { readonly field: string; readonly typed: string },
): JsonRecord {
  const block = recordsOf(view.view['blocks']).find(({ block_id: id }) => id === field)
  const element = recordOf(block?.['element'])
  if (element['type'] !== 'external_select') throw new Error(`${field} is no search field`)
  return {
    ...envelope('block_suggestion', occasion),
    container: { type: 'view', view_id: view.id },
    action_id: stringOf(element['action_id']),
    block_id: field,
    value: typed,
    view: viewPayload(occasion.workspace, view),
  }
}
