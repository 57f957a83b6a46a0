import { formatDuration } from '../core/duration.ts'
import type { Line } from './card.ts'
import type { RequestView } from './request-view.ts'
import { code, spanOf, strong } from './words.ts'

export function roleOf(view: RequestView): Line {
  return [strong(view.roleName), ' at ', strong(view.providerName)]
}

/** Who wanted what, once that is over. */
export function askedLine(view: RequestView): Line {
  return [view.requester.name, ' asked for ', ...roleOf(view), ` for ${spanOf(view.durationSeconds)}`]
}

export function askAgain(view: RequestView): Line {
  return ['Ask again: ', code(`/thand request ${view.roleKey} ${formatDuration(view.durationSeconds)}`)]
}
