import type { Button, Card, Line } from './card.ts'
import { clock, code, command, shortened, strong } from './words.ts'

export interface LoginView {
  /** Opaque: names this card, and works once. */
  readonly id: string
  /** The device's own claims. */
  readonly name: string
  readonly host: string
  readonly address: string
  readonly askedAt: number
}

const NAME_MAX = 64

function claimed({ name, host }: Pick<LoginView, 'name' | 'host'>): Line {
  return ['“', shortened(name, NAME_MAX), '” on the host “', shortened(host, NAME_MAX), '”']
}

/** To who typed a code: what would be let in. Only its button lets it in. */
export function loginCard(view: LoginView): Card {
  return {
    title: ['Does this device act for you from now on?'],
    lines: [
      ['It calls itself ', ...claimed(view)],
      ['It asked from ', code(view.address), ' at ', clock(view.askedAt)],
      ['Both names are its own claims: anybody can write anything there.'],
      [
        'Press ',
        strong('Yes'),
        ' only if you yourself have just started ',
        code('thand login'),
        ', on your own machine.',
      ],
      [
        'Nobody ever sends you a code: not Thand, not a colleague, not support. If somebody did, press ',
        strong('No'),
        '.',
      ],
    ],
    buttons: [
      press('Yes, this is me', 'good', `this-is-me ${view.id}`),
      press('No, this is not me', 'bad', `not-me ${view.id}`),
    ],
  }
}

function press(label: string, tone: Button['tone'], line: string): Button {
  return { label, meaning: `${label}: the device that asks to be logged in`, tone, press: { kind: 'line', line } }
}

export function loggedInCard(view: { readonly id: string; readonly name: string; readonly host: string }): Card {
  return {
    title: ['This device acts for you now: ', ...claimed(view)],
    lines: [
      ['It can ask for access and end it in your name. It cannot approve anything'],
      ['To log it out: ', command(`logout ${view.id}`)],
    ],
    buttons: [],
    footer: [code(view.id)],
  }
}

export function loginRefusedCard(view: Pick<LoginView, 'name' | 'host'>): Card {
  return {
    title: ['Refused: that device does not act for you'],
    lines: [
      ['It called itself ', ...claimed(view)],
      ['If somebody sent you that code, tell whoever runs Thand: others may have got one as well'],
    ],
    buttons: [],
  }
}

export interface DeviceView {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly boundAt: number
  readonly seenAt: number
}

export function devicesCard(devices: readonly DeviceView[]): Card {
  if (devices.length === 0)
    return {
      title: ['No device is logged in as you'],
      lines: [['On a machine of yours: ', code('thand login')]],
      buttons: [],
    }
  return {
    title: ['Logged in as you'],
    lines: devices.map((view) => [
      code(view.id),
      ' ',
      ...claimed(view),
      ' · since ',
      day(view.boundAt),
      ' · seen ',
      day(view.seenAt),
    ]),
    buttons: [],
    footer: ['To log one out: ', command('logout <device>')],
  }
}

function day(ms: number): Line[number] {
  return { kind: 'time', at: Math.floor(ms / 1000), form: 'day_and_clock' }
}

export function loggedOutCard(view: Pick<DeviceView, 'id' | 'name' | 'host'>): Card {
  return {
    title: ['Logged out: ', ...claimed(view)],
    lines: [['Access that it asked for goes on until its end. To see it: ', command('mine')]],
    buttons: [],
    footer: [code(view.id)],
  }
}
