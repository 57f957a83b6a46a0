import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { runDeviceCommand } from '../usecases/run-device-command.ts'
import { commandAnswer, commandBody } from '../wire/command.ts'
import type { ApiDeps } from './api-deps.ts'
import { principalOf } from './authenticate.ts'
import { unauthorized } from './call-problems.ts'
import { refusedBy } from './problem.ts'
import { BY_DEVICE, PROBLEM_ANSWERS } from './route-words.ts'
import { wireCard } from './wire-card.ts'

/** One line of the same grammar as in chat. A device asks, ends and lists; it decides nothing. */
export function commandsRoute(deps: ApiDeps): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/commands',
      {
        schema: {
          security: BY_DEVICE,
          summary: 'One line of the grammar: request, cancel, end, extend, mine, show, roles, explain or help',
          body: commandBody,
          response: { 200: commandAnswer, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        const { line } = request.body
        const order = { line, requestId: request.id }
        const answer = await deps.during((now) =>
          runDeviceCommand({ ...now, lines: deps.lines }, principalOf(request), order),
        )
        if (!answer.ok) throw refusedBy(answer.error, line)
        const { card, id } = answer.value
        // Its effect was had before, by this same proof.
        if (card === undefined) throw unauthorized({ code: 'proof_replayed' })
        return { card: wireCard(card), ...(id === undefined ? {} : { id }) }
      },
    )
  }
}
