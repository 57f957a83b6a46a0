import { formatDuration } from '../core/duration.ts'
import type { Line } from './card.ts'
import { command, spanOf } from './words.ts'
import type { WordsFor } from './words-for.ts'

type Extending =
  | 'not_holder'
  | 'not_active'
  | 'other_role_now'
  | 'extension_over_cap'
  | 'extension_under_minimum'
  | 'access_over'

function again(id: string, seconds: number): Line {
  return ['Try: ', command(`extend ${id} ${formatDuration(seconds)}`)]
}

/** Why access does not last longer. */
export const EXTENDING: WordsFor<Extending> = {
  not_holder: ({ id }) => [
    ['Only who holds this access can ask for more time'],
    ['See it with ', command(`show ${id}`)],
  ],
  not_active: ({ id }) => [
    ['Only access that is active can be extended'],
    ['How it stands: ', command(`show ${id}`), ', and what you have: ', command('mine')],
  ],
  other_role_now: ({ role }) => [
    ['The role has changed since this access was given, so it cannot be extended'],
    ['Ask anew: ', command(`request ${role}`)],
  ],
  extension_over_cap: ({ id, leftSeconds, capSeconds }) =>
    leftSeconds < 1
      ? [
          [`This access lasts as long as its role allows already: ${spanOf(capSeconds)}`],
          ['It can be asked for anew when it has ended'],
        ]
      : [
          [`It can last at most ${spanOf(leftSeconds)} more: its role allows ${spanOf(capSeconds)} in all`],
          again(id, leftSeconds),
        ],
  extension_under_minimum: ({ id, minimumSeconds }) => [
    [`The shortest is ${spanOf(minimumSeconds)}`],
    again(id, minimumSeconds),
  ],
  access_over: () => [
    ['The access that this would have extended has ended'],
    ['It can be asked for anew: ', command('roles')],
  ],
}
