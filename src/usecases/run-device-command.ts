import type { Card } from '../cards/card.ts'
import type { Command } from '../commands/command.ts'
import { parseLine } from '../commands/parse-line.ts'
import type { Refusal } from '../core/codes.ts'
import type { RequestId } from '../core/ids.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Acting } from './context.ts'
import type { Deps } from './deps.ts'
import type { Principal } from './device-principal.ts'
import type { LineLimit } from './line-limit.ts'
import { runCommand } from './run-command.ts'

/** What a device may say for its person. `new`: only while the platforms vouch for them. */
const FROM_A_DEVICE: { readonly [V in Command['verb']]: 'always' | 'new' | 'never' } = {
  request: 'new',
  extend: 'new',
  cancel: 'always',
  end: 'always',
  mine: 'always',
  show: 'always',
  roles: 'always',
  explain: 'always',
  help: 'always',
  approve: 'never',
  deny: 'never',
  pending: 'never',
  login: 'never',
  logout: 'never',
  devices: 'never',
}

export interface DeviceAnswer {
  /** Undefined when the same delivery had its effect before. */
  readonly card: Card | undefined
  /** Of the request that the line made or was about. */
  readonly id: RequestId | undefined
}

/** One typed line, by a device: the same grammar and the same verbs as in chat, without those that decide. */
export async function runDeviceCommand(
  deps: Deps & { readonly lines: LineLimit },
  principal: Principal,
  { line, requestId }: { readonly line: string; readonly requestId: string },
): Promise<Result<DeviceAnswer, Refusal>> {
  const { person, device } = principal
  if (deps.lines.isOver(person.id)) return fail({ code: 'too_many_lines', perMinute: deps.lines.perMinute })
  const parsed = parseLine(line)
  if (!parsed.ok) return fail(parsed.error)
  const { verb } = parsed.value
  deps.log.info({ request_id: requestId, person: person.id, device: device.id, verb }, 'device_command_received')
  const may = FROM_A_DEVICE[verb]
  if (may === 'never') return fail({ code: 'device_may_not', verb })
  if (may === 'new' && !principal.isVouchedFor) return fail({ code: 'directory_unavailable' })
  const answer = await runCommand(deps, actingBy(principal, { line, requestId }), parsed.value)
  if (!answer.ok) return fail(answer.error)
  const id = 'id' in parsed.value ? parsed.value.id : answer.value?.about
  return ok({ card: answer.value, id })
}

/** What it asks for is told on the platform where its person confirmed it: there they are known. */
export function actingBy(
  { person, device, proof }: Principal,
  { line, requestId }: { readonly line: string; readonly requestId: string },
): Acting {
  return {
    person,
    device: device.id,
    inbound: {
      deliveryId: proof,
      requestId,
      sender: { platform: device.platform, tenant: 'device', account: device.id },
      channel: undefined,
      isSharedOutside: false,
      input: { kind: 'line', text: line },
    },
  }
}
