import { formatDuration } from '../core/duration.ts'
import type { Line } from './card.ts'
import type { RequestView } from './request-view.ts'
import { clock, command, spanOf, strong } from './words.ts'

export function roleOf(view: RequestView): Line {
  return [strong(view.roleName), ' at ', strong(view.providerName)]
}

/** What is asked for: access for a while, or more time in access that is there. */
export function wantedOf(view: RequestView): Line {
  const span = spanOf(view.durationSeconds)
  return view.extension === undefined
    ? [...roleOf(view), ` for ${span}`]
    : [`${span} more of `, ...roleOf(view), ', until ', clock(view.extension.until)]
}

export function asksOf(view: RequestView): Line {
  return [view.requester.name, ' asks for ', ...wantedOf(view)]
}

/** Who wanted what, once that is over. */
export function askedLine(view: RequestView): Line {
  return [view.requester.name, ' asked for ', ...wantedOf(view)]
}

export function askAgain(view: RequestView): Line {
  const duration = formatDuration(view.durationSeconds)
  const { extension } = view
  return extension === undefined
    ? ['Ask again: ', command(`request ${view.roleKey} ${duration}`)]
    : ['The access ends when it would have. Ask again: ', command(`extend ${extension.of} ${duration}`)]
}
