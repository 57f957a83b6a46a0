import { z } from 'zod'
import { duration, flag, listOf, scopeList, text } from './fields.ts'
import { isReasonPattern } from './reason-pattern.ts'
import { strict } from './strict.ts'

const PATTERN = 'a pattern of at most 500 letters in RE2 syntax, which has no lookaround and no backreferences'

const CONDITIONS = 'a mapping such as { StringEquals: { "aws:RequestedRegion": [eu-west-1] } }'
const conditionValue = text('a text').or(z.number().transform(String)).or(z.boolean().transform(String))
const conditionValues = conditionValue.transform((one) => [one]).or(listOf(conditionValue, CONDITIONS).min(1))
const conditions = z.record(
  text('the name of a comparison'),
  z.record(text('the name of a key'), conditionValues, { error: CONDITIONS }),
  { error: CONDITIONS },
)

const permission = strict({
  operations: listOf(text('the name of an operation'), 'a list of operations').min(1, 'at least one operation'),
  targets: listOf(text('the name of a target'), 'a list of targets').default([]),
  conditions: conditions.optional(),
})

const permissions = listOf(permission, 'a list of permissions').default([])

/** What is missing may be inherited, or not needed: of the parts together `read-roles.ts` says so. */
export const roleSchema = strict({
  name: text('a name').optional(),
  description: z.string({ error: 'a text' }).max(1000, 'at most 1000 letters').default(''),
  enabled: flag().default(true),
  inherits: listOf(text('the key of a role'), 'a list of roles').default([]),
  providers: listOf(text('the key of a provider'), 'a list of providers').min(1, 'at least one provider').optional(),
  permissions: strict({ allow: permissions, deny: permissions }).prefault({}),
  scopes: strict({ allow: scopeList.optional(), deny: scopeList.prefault({}) }).prefault({}),
  workflows: listOf(text('the key of a workflow'), 'a list with one workflow')
    .length(1, 'exactly one workflow')
    .optional(),
  approval: z.literal('none', { error: 'none, or workflows in its place' }).optional(),
  max_duration: duration().optional(),
  default_duration: duration().optional(),
  reason: strict({
    required: flag().default(false),
    pattern: z.string({ error: 'a text' }).refine(isReasonPattern, PATTERN).default(''),
  }).prefault({}),
})

export type WrittenRole = z.output<typeof roleSchema>
