import { formatDuration } from '../core/duration.ts'
import type { Line } from './card.ts'
import type { RequestView } from './request-view.ts'
import { code, strong } from './words.ts'

export function roleOf(view: RequestView): Line {
  return [strong(view.roleName), ' at ', strong(view.providerName)]
}

export function askAgain(view: RequestView): Line {
  return ['Ask again: ', code(`/thand request ${view.roleKey} ${formatDuration(view.durationSeconds)}`)]
}
