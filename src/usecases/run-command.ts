import type { Card } from '../cards/card.ts'
import { helpCard } from '../cards/help-card.ts'
import type { Command } from '../commands/command.ts'
import type { Refusal } from '../core/codes.ts'
import { ok, type Result } from '../core/result.ts'
import type { Acting } from './context.ts'
import { decideRequest } from './decide-request.ts'
import type { Deps } from './deps.ts'
import { cancelRequest, endAccess } from './end-access.ts'
import { showMine, showPending, showRequest, showRoles } from './look.ts'
import { logoutDevice, showDevices } from './person-devices.ts'
import { showLogin } from './show-login.ts'
import { submitRequest } from './submit-request.ts'

/** One command, whoever typed, pressed or filled it in. */
export async function runCommand(
  deps: Deps,
  acting: Acting,
  command: Command,
): Promise<Result<Card | undefined, Refusal>> {
  const { person } = acting
  switch (command.verb) {
    case 'request':
      return submitRequest(deps, acting, {
        role: command.role,
        durationSeconds: command.durationSeconds,
        reason: command.reason,
      })
    case 'approve':
      return decideRequest(deps, acting, { id: command.id, vote: 'yes', comment: command.comment })
    case 'deny':
      return decideRequest(deps, acting, { id: command.id, vote: 'no', comment: command.comment })
    case 'cancel':
      return cancelRequest(deps, acting, command.id)
    case 'end':
      return endAccess(deps, acting, command.id)
    case 'show':
      return showRequest(deps, person, command.id)
    case 'mine':
      return ok(await showMine(deps, person))
    case 'pending':
      return ok(await showPending(deps, person))
    case 'roles':
      return ok(showRoles(deps, person, command.filter))
    case 'login':
      return showLogin(deps, acting, command.code)
    case 'devices':
      return ok(await showDevices(deps, person))
    case 'logout':
      return logoutDevice(deps, acting, command.device)
    case 'extend':
    case 'explain':
      throw new Error(`${command.verb} is being built`)
    case 'help':
      return ok(helpCard(command.word))
  }
}
