import type { DeviceRefusal } from '../core/codes.ts'
import type { Line } from './card.ts'
import { code, command, shortened } from './words.ts'

/** Why not, about devices and what they may. */
export const DEVICE_WORDS: {
  readonly [K in DeviceRefusal['code']]: (refusal: DeviceRefusal & { readonly code: K }) => readonly Line[]
} = {
  code_unknown: () => [
    ['That code is not valid: it was mistyped, is older than ten minutes, or was used'],
    ['Start again on the device: ', code('thand login')],
  ],
  too_many_codes: (refusal) => [
    [`That was ${refusal.most} wrong codes within ten minutes`],
    ['Wait ten minutes. If you have not typed them yourself, tell whoever runs Thand'],
  ],
  login_card_over: () => [
    ['This card is over: it was answered, is older than ten minutes, or was shown to somebody else'],
    ['Start again on the device: ', code('thand login')],
  ],
  device_unknown: ({ nearest }) => [
    ['You have no such device'],
    nearest === undefined
      ? ['See yours, with their ids: ', command('devices')]
      : ['Did you mean ', command(`logout ${nearest}`), '?'],
  ],
  device_may_not: (refusal) => [
    [`A device cannot ${shortened(refusal.verb, 20)}: that takes a person, in chat`],
    ['In chat: ', command(`${shortened(refusal.verb, 20)}`)],
  ],
}
