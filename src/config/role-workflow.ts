import type { Workflow } from '../core/role.ts'
import { isMapping } from './read-document.ts'
import type { Workflows } from './read-workflows.ts'
import type { Report } from './report.ts'
import type { Ancestor, RoleEntry } from './role-ancestors.ts'

/** Its own, else the one that it inherits. That nobody needs to approve is inherited from nobody: each role says it itself. */
export function workflowOf(
  { report, workflows }: { readonly report: Report; readonly workflows: Workflows },
  own: RoleEntry,
  above: readonly Ancestor[],
): Workflow | undefined {
  const { written, path } = own
  const key = written.workflows?.[0]
  if (written.approval === 'none' && key !== undefined) {
    report.add([...path, 'approval'], 'either workflows or approval: none, not both')
  }
  if (key !== undefined) {
    if (workflows.keys.includes(key)) return workflows.byKey.get(key)
    report.addUnknown([...path, 'workflows', 0], key, { what: 'a workflow', words: workflows.keys })
    return undefined
  }
  const inherited = inheritedBy(own, above)
  const [first, other] = inherited
  if (written.approval === 'none' && first !== undefined) {
    const expected = `no approval: none: it inherits the workflow ${first.workflow} from ${first.role}, which would win`
    report.add([...path, 'approval'], expected)
  } else if (first !== undefined && other !== undefined) {
    const each = inherited.map(({ workflow, role }) => `${workflow} from ${role}`).join(' and ')
    report.add([...path, 'workflows'], `one workflow, written here: it inherits ${each}`)
  } else if (first === undefined && !isSaid(own)) {
    report.add([...path, 'workflows'], 'exactly one workflow, or approval: none')
  }
  return first && workflows.byKey.get(first.workflow)
}

function isSaid({ raw }: RoleEntry): boolean {
  return isMapping(raw) && ('workflows' in raw || 'approval' in raw)
}

interface Inherited {
  readonly workflow: string
  readonly role: string
}

/** Of each line of ancestors the nearest; each workflow once. */
function inheritedBy(own: RoleEntry, above: readonly Ancestor[]): readonly Inherited[] {
  const entries = new Map(above.map(({ entry }) => [entry.key, entry]))
  const found = new Map<string, string>()
  const seen = new Set<string>([own.key])
  let row = own.written.inherits
  while (row.length > 0) {
    const names = [...new Set(row)].filter((name) => !seen.has(name))
    for (const name of names) seen.add(name)
    row = names.flatMap((name) => {
      const entry = entries.get(name)
      const workflow = entry?.written.workflows?.[0]
      if (workflow === undefined) return entry?.written.inherits ?? []
      if (!found.has(workflow)) found.set(workflow, name)
      return []
    })
  }
  return [...found].map(([workflow, role]) => ({ workflow, role }))
}
