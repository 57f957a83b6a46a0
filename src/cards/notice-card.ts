import type { Card, Line } from './card.ts'
import { code, command, strong } from './words.ts'

/** What one person is told directly that belongs to no request. */
export type NoticeView =
  | {
      readonly kind: 'account_bound'
      readonly platform: string
      readonly person: { readonly id: string; readonly name: string }
      readonly account: string
    }
  | {
      readonly kind: 'device_bound' | 'device_stolen'
      readonly person: { readonly id: string; readonly name: string }
      readonly isReaders: boolean
      readonly device: string
      readonly name: string
      readonly host: string
    }

export function noticeCard(view: NoticeView): Card {
  const { title, lines } = view.kind === 'account_bound' ? accountBound(view) : aboutDevice(view)
  return { title, lines, buttons: [] }
}

type Said = { readonly title: Line; readonly lines: readonly Line[] }

function accountBound(view: Extract<NoticeView, { kind: 'account_bound' }>): Said {
  const { platform, account, person } = view
  return {
    title: ['The ', platform, ' account ', code(account), ' is ', strong(person.name), ' from now on'],
    lines: [
      [`It acted for the first time, and its confirmed address is ${person.id}.`],
      ['If that is wrong, name the right one under ', code('accounts'), ' in thand.yaml: it wins over this'],
    ],
  }
}

function aboutDevice(view: Extract<NoticeView, { kind: 'device_bound' | 'device_stolen' }>): Said {
  const { device, name, host, isReaders } = view
  const whose = isReaders ? 'you' : view.person.name
  const what: Line = [code(device), ` calls itself “${name}” on “${host}”`]
  if (view.kind === 'device_bound') {
    const out: Line = isReaders
      ? ['Was it not you? ', command(`logout ${device}`), ', and tell whoever runs Thand']
      : [`It can ask and end in the name of ${whose}, and never vote`]
    return { title: ['A new device is logged in as ', strong(whose)], lines: [what, out] }
  }
  return {
    title: ['A device of yours was logged out: somebody used a copy of its login'],
    lines: [
      what,
      ['A token that had been used already came again, so somebody else may have had it. Its access has ended'],
      ['Look who can read that machine, then log in again there: ', code('thand login')],
    ],
  }
}
