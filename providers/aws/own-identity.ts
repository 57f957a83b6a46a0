import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { unknownFault } from '../common/faults.ts'
import { present } from './faults.ts'
import { send } from './send.ts'
import type { AwsCall } from './slot-kind.ts'

export interface OwnIdentity {
  readonly account: string
  readonly arn: string
  /** Of a user the id that no other will have; of a session that of its role, and the session's name. */
  readonly userId: string
  /** What AWS's clock said, in ms, to the second. */
  readonly at: number
}

const answerShape = z.object({ Account: z.string(), Arn: z.string(), UserId: z.string() })
const headersShape = z.object({ headers: z.object({ date: z.string() }) })

/**
 * Whose credential ours is, and AWS's own time. Nobody can be denied this, so an answer says that AWS knows us.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function ownIdentity({ clients, signal }: AwsCall): Promise<Result<OwnIdentity, Fault>> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
  const command = new GetCallerIdentityCommand({})
  let date = Number.NaN
  command.middlewareStack.add(
    (next) => async (given) => {
      const result = await next(given)
      const { data } = headersShape.safeParse(result.response)
      date = Date.parse(data?.headers.date ?? '')
      return result
    },
    { step: 'deserialize', name: 'dateOfAnswer' },
  )
  const answer = present(await send(signal, async (options) => (await clients.sts()).send(command, options)), 'us')
  if (!answer.ok) return answer
  const { data } = answerShape.safeParse(answer.value)
  if (data === undefined || Number.isNaN(date))
    return fail(unknownFault('AWS answered without a name or without a time'))
  clients.clock.hear(date)
  return ok({ account: data.Account, arn: data.Arn, userId: data.UserId, at: date })
}

/** A session that makes sessions: AWS gives these an hour at most. */
export function isSession({ arn }: OwnIdentity): boolean {
  return /^arn:[\w-]+:sts:/.test(arn)
}
