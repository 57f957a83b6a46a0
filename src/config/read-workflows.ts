import { z } from 'zod'
import { isListed } from '../core/person.ts'
import type { Workflow } from '../core/role.ts'
import { count, duration, flag, KEY, listOf, peopleList, text } from './fields.ts'
import type { Mapping } from './read-document.ts'
import type { Limits } from './read-limits.ts'
import { checkPeopleList, type People } from './read-people.ts'
import type { Report } from './report.ts'
import { parseAt, strict } from './strict.ts'

const CHANNEL = "<platform>:<the conversation's id>, such as slack:C0ACCESS (no name: an id never moves)"
const channel = z.string({ error: CHANNEL }).regex(/^(?:slack:[CG][A-Z0-9]{2,20}|teams:19:[\w@.:-]{1,200})$/, CHANNEL)
const workflow = strict({
  name: text('a name').optional(),
  channel,
  pending_timeout: duration().optional(),
  reactions: flag().default(false),
  notify: z.enum(['mention', 'direct', 'none'], { error: 'mention, direct or none' }).default('mention'),
  stages: listOf(strict({ approvers: peopleList, quorum: count(1, 10).default(1) }), 'a list of stages')
    .min(1, 'at least one stage')
    .max(10, 'at most 10 stages'),
})

export interface Workflows {
  readonly byKey: ReadonlyMap<string, Workflow>
  /** With those that are wrong, and reported already. */
  readonly keys: readonly string[]
}

export function readWorkflows(report: Report, raw: Mapping, given: { people: People; limits: Limits }): Workflows {
  const found = Object.entries(raw).flatMap(([key, value]) => {
    const path = ['workflows', key]
    if (!KEY.test(key)) report.addForKey(path, 'a key of lower-case letters, digits, - _ and .')
    const parsed = parseAt(report, workflow, { path, raw: value })
    return parsed === undefined ? [] : [[key, workflowOf(key, parsed, given.limits)] as const]
  })
  for (const [, each] of found) checkStages(report, each, given.people)
  return { byKey: new Map(found), keys: Object.keys(raw) }
}

function workflowOf(key: string, parsed: z.output<typeof workflow>, limits: Limits): Workflow {
  return {
    key,
    name: parsed.name ?? key,
    channel: parsed.channel,
    pendingSeconds: Math.min(parsed.pending_timeout ?? limits.pendingSeconds, limits.pendingSeconds),
    takesReactions: parsed.reactions,
    notify: parsed.notify,
    stages: parsed.stages,
  }
}

/** A stage that nobody can decide approves nothing and tells nobody: it is refused here. */
function checkStages(report: Report, { key, stages }: Workflow, people: People): void {
  stages.forEach(({ approvers, quorum }, index) => {
    const path = ['workflows', key, 'stages', index]
    checkPeopleList(report, { path: [...path, 'approvers'], list: approvers }, people)
    const size = people.all.filter((person) => isListed(person, approvers)).length
    const isEmpty = approvers.groups.length + approvers.users.length === 0
    if (isEmpty) report.add([...path, 'approvers'], 'at least one person who decides')
    else if (people.isComplete && size > 0 && quorum > size) {
      report.add([...path, 'quorum'], `at most ${size}, for no more people decide in this stage`)
    }
  })
}
