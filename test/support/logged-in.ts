import type { SlackDelivery } from '../doubles/slack/client.ts'
import { buttonsOf, type Pressable } from '../doubles/slack/reading.ts'
import { DeviceClient, type DeviceKey, newDeviceKey } from './device-client.ts'
import type { World } from './world.ts'

/** A server, and who talks to it in Slack. */
export type Reached = Pick<World, 'client'> & { readonly server: { readonly url: string } }

/** The card that answered a slash command, as something to press: only its reader sees it. */
export function answerCard(user: string, { body }: SlackDelivery): Pressable {
  const { blocks = [], text = '' } = body as { readonly blocks?: never[]; readonly text?: string }
  return { at: 0, user, channel: 'C0GENERAL', ts: '1.000100', text, blocks }
}

export function buttonOn(card: Pressable, label: RegExp) {
  const button = buttonsOf(card).find((each) => label.test(each.label))
  if (button === undefined) throw new Error(`no button ${label} on ${JSON.stringify(card)}`)
  return button
}

export const YES = /yes, this is me/i
export const NO = /^no\b/i

export interface Asking {
  readonly device: DeviceClient
  readonly deviceCode: string
  readonly userCode: string
}

/** A device that shows a code. */
export async function givenAsking(world: Reached, key?: DeviceKey): Promise<Asking> {
  const device = new DeviceClient(world.server.url, key ?? (await newDeviceKey()))
  const { status, text, body } = await device.ask()
  if (status !== 200) throw new Error(`asking was answered ${status} ${text}`)
  return { device, deviceCode: String(body['device_code']), userCode: String(body['user_code']) }
}

/** Types the code, and presses the button on the card that answers. */
export async function confirmed(world: Reached, user: string, userCode: string, label = YES): Promise<SlackDelivery> {
  const card = answerCard(user, await world.client.command(user, `login ${userCode}`))
  return world.client.press(user, card, buttonOn(card, label))
}

/** A device that acts for this person. */
export async function givenDevice(world: Reached, user: string, key?: DeviceKey): Promise<DeviceClient> {
  const { device, deviceCode, userCode } = await givenAsking(world, key)
  await confirmed(world, user, userCode)
  device.keep(await device.redeem(deviceCode))
  return device
}
