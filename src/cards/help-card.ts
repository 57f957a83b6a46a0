import { askButton } from './ask-button.ts'
import type { Card, Line } from './card.ts'
import { code, shortened, strong } from './words.ts'

const MORE: Readonly<Record<string, readonly Line[]>> = {
  request: [
    [code('/thand request github:org-admin 30m fix billing'), ' asks, with a reason'],
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
    [code('/thand approve req_7k2mq9xd'), ' is the same as the button, and as ✅ on the card where reactions count'],
  ],
  deny: [[code('/thand deny req_7k2mq9xd not during the freeze'), ' denies at once; the reason is shown']],
  cancel: [[code('/thand cancel req_7k2mq9xd'), ' takes your own request back while nobody has decided']],
  end: [
    [code('/thand end req_7k2mq9xd'), ' ends access before its time: its holder, its approvers and administrators can'],
  ],
  extend: [
    [code('/thand extend req_7k2mq9xd 30m still deploying'), ' asks for more time in access that you have'],
    ['It is decided like the first request, and never lasts longer than its role allows in all'],
  ],
  explain: [
    [code('/thand explain github:org-admin 2h'), ' says what asking would lead to, rule by rule; it asks for nothing'],
  ],
  mine: [[code('/thand mine'), ' lists what you asked for and hold']],
  pending: [[code('/thand pending'), ' lists what waits for your vote']],
  show: [[code('/thand show req_7k2mq9xd'), ' shows one request with all that happened']],
  login: [[code('/thand login WDJB-MJHT'), ' shows the device that has that code; its button logs it in as you']],
  devices: [[code('/thand devices'), ' lists what is logged in as you']],
  logout: [[code('/thand logout dev_7k2mq9xd'), ' ends what a device of yours may; access that it asked for goes on']],
  roles: [[code('/thand roles github'), ' lists what you can ask for, by a word in it']],
}

/** Fits on a phone; every example works when it is copied. */
export function helpCard(word: string): Card {
  const more = Object.hasOwn(MORE, word) ? MORE[word] : undefined
  if (more !== undefined) return { title: [`/thand ${word}`], lines: more, buttons: [] }
  return {
    title: [word === '' ? strong('Access for a while') : `There is no help on “${shortened(word, 40)}”`],
    lines: [
      [code('/thand request github:org-admin 30m'), ' ask'],
      [code('/thand roles'), ' what you can ask for'],
      [code('/thand mine'), ' what you have and asked for'],
      [code('/thand pending'), ' what waits for you'],
      [code('/thand end <id>'), ' end it early'],
    ],
    buttons: [askButton],
    footer: ['More: ', code('/thand help request')],
  }
}
