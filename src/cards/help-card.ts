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
  mine: [[code('/thand mine'), ' lists what you asked for and hold']],
  pending: [[code('/thand pending'), ' lists what waits for your vote']],
  show: [[code('/thand show req_7k2mq9xd'), ' shows one request with all that happened']],
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
