import type { StoredRequest } from '../ports/store/requests.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Deps } from './deps.ts'
import { goDirect } from './go-direct.ts'

/**
 * The card that people decide on: the root in the workflow's channel; of an extension, one in the thread of the access that it
 * extends, and never a root. Where that thread does not exist yet, those who decide get it directly as well.
 */
export async function placeCard(tx: Tx, deps: Pick<Deps, 'settings'>, request: StoredRequest): Promise<void> {
  const { id: requestId, extension } = request
  const { channel = '' } = request.role.workflow ?? {}
  const at = channel.indexOf(':')
  const workflowPlace = { platform: channel.slice(0, at), place: channel.slice(at + 1) }
  if (extension === undefined) {
    await tx.messages.putCard({ requestId, audience: 'channel', ...workflowPlace })
    return
  }
  const root = await tx.messages.findRoot(extension.grant, 'channel')
  const { platform, place } = root ?? workflowPlace
  if (root !== undefined)
    await tx.messages.putCard({ requestId, platform, audience: 'channel', place, thread: root.id })
  if (root?.ref === undefined)
    await goDirect(tx, deps, request, { platform, channel: place, why: root?.lastError ?? 'not_posted' })
}
