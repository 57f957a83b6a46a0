import { askButton } from './ask-button.ts'
import type { Card, Line } from './card.ts'
import { code, command, shortened, strong } from './words.ts'

const MORE: Readonly<Record<string, readonly Line[]>> = {
  request: [
    [command('request github:org-admin 30m fix billing'), ' asks, with a reason'],
    [
      'Durations: ',
      code('30m'),
      ', ',
      code('2h30m'),
      ', ',
      code('90s'),
      ', ',
      code('1d'),
      '. Without one the role’s usual time is taken',
    ],
  ],
  approve: [
    [
      command('approve req_7k2mq9xd'),
      ' is the same as the button; where reactions on the card count: ',
      { kind: 'reactions' },
    ],
  ],
  deny: [[command('deny req_7k2mq9xd not during the freeze'), ' denies at once; the reason is shown']],
  cancel: [[command('cancel req_7k2mq9xd'), ' takes your own request back while nobody has decided']],
  end: [
    [command('end req_7k2mq9xd'), ' ends access before its time: its holder, its approvers and administrators can'],
  ],
  extend: [
    [command('extend req_7k2mq9xd 30m still deploying'), ' asks for more time in access that you have'],
    ['It is decided like the first request, and never lasts longer than its role allows in all'],
  ],
  explain: [
    [command('explain github:org-admin 2h'), ' says what asking would lead to, rule by rule; it asks for nothing'],
  ],
  mine: [[command('mine'), ' lists what you asked for and hold']],
  pending: [[command('pending'), ' lists what waits for your vote']],
  show: [[command('show req_7k2mq9xd'), ' shows one request with all that happened']],
  login: [[command('login WDJB-MJHT'), ' shows the device that has that code; its button logs it in as you']],
  devices: [[command('devices'), ' lists what is logged in as you']],
  logout: [[command('logout dev_7k2mq9xd'), ' ends what a device of yours may; access that it asked for goes on']],
  roles: [[command('roles github'), ' lists what you can ask for, by a word in it']],
}

/** Fits on a phone; every example works when it is copied. */
export function helpCard(word: string): Card {
  const more = Object.hasOwn(MORE, word) ? MORE[word] : undefined
  if (more !== undefined) return { title: [command(word)], lines: more, buttons: [] }
  return {
    title: [word === '' ? strong('Access for a while') : `There is no help on “${shortened(word, 40)}”`],
    lines: [
      [command('request github:org-admin 30m'), ' ask'],
      [command('roles'), ' what you can ask for'],
      [command('mine'), ' what you have and asked for'],
      [command('pending'), ' what waits for you'],
      [command('end <id>'), ' end it early'],
    ],
    buttons: [askButton],
    footer: ['More: ', command('help request')],
  }
}
