import { z } from 'zod'

/** One statement of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const statement = z.strictObject({
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.array(z.string()).min(1),
  Resource: z.array(z.string()).min(1),
  Condition: z.record(z.string(), z.record(z.string(), z.array(z.string()))).optional(),
})
export type Statement = z.infer<typeof statement>

export const statementsShape = z.array(statement).min(1)

/** As they were stored with the request. Anything else is a bug or a foreign row: it throws. */
export function readStatements(text: string): readonly Statement[] {
  return statementsShape.parse(JSON.parse(text))
}

/**
 * The policy that allows this until then, by AWS's own clock, to the second. A time of the role's own stays: both have to hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-currenttime
 */
export function policyUntil(some: readonly Statement[], endsAtMs: number): string {
  const end = secondOf(endsAtMs)
  const timed = some.map((each) => (each.Effect === 'Deny' ? each : { ...each, Condition: withEnd(each, end) }))
  return JSON.stringify({ Version: '2012-10-17', Statement: timed.map(shortened) })
}

/** The second in which this is, as AWS writes it. */
export function secondOf(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`
}

function withEnd({ Condition = {} }: Statement, end: string): NonNullable<Statement['Condition']> {
  const { DateLessThan, ...others } = Condition
  const written = DateLessThan?.['aws:CurrentTime'] ?? []
  const earliest = [...written, end].toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? end
  return { ...others, DateLessThan: { ...DateLessThan, 'aws:CurrentTime': [earliest] } }
}

/** A list of one is the one: policies have little room. */
function shortened(one: Statement) {
  const short = (list: readonly string[]) => (list.length === 1 ? list[0] : list)
  const { Condition } = one
  const conditions =
    Condition &&
    Object.fromEntries(
      Object.entries(Condition).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, short(values)])),
      ]),
    )
  return {
    ...one,
    Action: short(one.Action),
    Resource: short(one.Resource),
    ...(conditions && { Condition: conditions }),
  }
}
