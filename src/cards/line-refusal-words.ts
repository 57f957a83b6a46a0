import type { Line } from './card.ts'
import { code, command, shortened } from './words.ts'
import type { WordsFor } from './words-for.ts'

type Lines =
  | 'unknown_word'
  | 'role_missing'
  | 'id_missing'
  | 'not_an_id'
  | 'not_a_duration'
  | 'duration_too_long'
  | 'not_an_extension'
  | 'code_missing'
  | 'device_missing'
/** Why a line is not understood, and one that would be. */
export const LINE_WORDS: WordsFor<Lines> = {
  unknown_word: (refusal) => {
    const nearest = refusal.nearest
    const mean: Line =
      nearest === undefined ? ['Try: ', command('help')] : ['Did you mean ', command(`${nearest}`), '?']
    return [[`I do not know “${shortened(refusal.word, 40)}”`], mean]
  },
  role_missing: () => [
    ['Which role?'],
    ['Try: ', command('request github:org-admin 30m'), ', or see them with ', command('roles')],
  ],
  id_missing: (refusal) => [
    [`Which request? ${refusal.verb} needs its id`],
    ['Every card shows it. Try: ', command('mine')],
  ],
  not_an_id: (refusal) => [
    [`“${shortened(refusal.word, 40)}” is no id of a request`],
    ['An id looks like ', code('req_7k2mq9xd'), '; every card shows it'],
  ],
  not_a_duration: (refusal) => [
    [`“${shortened(refusal.word, 40)}” is no duration`],
    [
      'Try: ',
      command(`request ${shortened(refusal.role, 60)} 30m`),
      '. Also ',
      code('2h30m'),
      ', ',
      code('90s'),
      ', ',
      code('1d'),
    ],
  ],
  duration_too_long: (refusal) => [
    ['That is longer than anything can last here'],
    ['Try: ', command(`request ${shortened(refusal.role, 60)} 30m`)],
  ],
  not_an_extension: (refusal) => [
    [refusal.word === '' ? 'How much longer?' : `“${shortened(refusal.word, 40)}” is no duration`],
    ['Try: ', command(`extend ${refusal.id} 30m`)],
  ],
  code_missing: () => [
    ['Which code? The device that you log in shows one'],
    ['On the device: ', code('thand login'), ', then here: ', command('login WDJB-MJHT')],
  ],
  device_missing: () => [['Which device?'], ['See yours, with their ids: ', command('devices')]],
}
