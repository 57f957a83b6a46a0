import type * as Sdk from '@aws-sdk/client-iam'
import { z } from 'zod'
import { fail, ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { unknownFault } from '../common/faults.ts'
import type { Answered } from './faults.ts'
import { send } from './send.ts'
import type { AwsCall } from './slot-kind.ts'

export interface AskingIam {
  readonly sdk: typeof Sdk
  readonly client: Sdk.IAMClient
  readonly options: { readonly abortSignal: AbortSignal }
}

/** One request of IAM, whose answer is of this shape. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */
export async function askIam<T>(
  { clients, signal }: AwsCall,
  shape: z.ZodType<T>,
  ask: (asking: AskingIam) => Promise<unknown>,
): Promise<Answered<T>> {
  const answer = await send(signal, async (options) => {
    const [sdk, client] = await Promise.all([import('@aws-sdk/client-iam'), clients.iam()])
    return ask({ sdk, client, options })
  })
  if (!answer.ok) return answer
  const parsed = shape.safeParse(answer.value)
  return parsed.success ? ok(parsed.data) : fail(unknownFault('IAM answered in a shape that is not known'))
}

export const anyAnswer = z.unknown()

export interface ListOf<T> {
  /** What the list is called in the answer. */
  readonly name: string
  readonly item: z.ZodType<T>
  readonly page: (asking: AskingIam, at: { readonly MaxItems: number; readonly Marker?: string }) => Promise<unknown>
}

/** The most that IAM gives in one answer; it may give less. */
const PAGE = 1000
/** A hundred thousand users: IAM has five thousand at most in an account. */
const PAGES_MAX = 100

const pageShape = z.looseObject({ IsTruncated: z.boolean().optional(), Marker: z.string().optional() })

/** All of a list, to its end, or no answer: a part of it would show an absence that is none. */
export async function listIam<T>(call: AwsCall, list: ListOf<T>): Promise<Answered<readonly T[]>> {
  const items: T[] = []
  let marker: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const at = { MaxItems: PAGE, ...(marker !== undefined && { Marker: marker }) }
    const answer = await askIam(call, pageShape, (asking) => list.page(asking, at))
    if (!answer.ok) return answer
    const read = itemsIn(answer.value[list.name], list)
    if (!read.ok) return read
    items.push(...read.value)
    if (answer.value.IsTruncated !== true) return ok(items)
    if (answer.value.Marker === undefined) return fail(unknownFault('IAM cut a list and did not say where'))
    marker = answer.value.Marker
  }
  return fail(unknownFault('IAM listed without an end'))
}

function itemsIn<T>(written: unknown, { name, item }: ListOf<T>): Result<readonly T[], Fault> {
  const parsed = z.array(item).safeParse(written ?? [])
  return parsed.success ? ok(parsed.data) : fail(unknownFault(`IAM listed ${name} in a shape that is not known`))
}
