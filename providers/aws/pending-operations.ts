import { ok, type Result } from '../../src/core/result.ts'
import type { Fault } from '../../src/ports/provider.ts'
import { type Assignment, isSameAssignment } from './assignment.ts'
import { present } from './faults.ts'
import type { IdentityCenterApi, OperationKind } from './identity-center-api.ts'

/**
 * Whether AWS is at work on an assignment, whoever told it to: while it is, what its lists say of the assignment is about to change.
 * Its list of what is under way names no assignments, so each operation is asked whose it is, once.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentCreationStatus.html
 */
export class PendingOperations {
  readonly #known: Readonly<Record<OperationKind, Map<string, Assignment | undefined>>> = {
    create: new Map(),
    delete: new Map(),
  }

  async isRunning(api: IdentityCenterApi, assignment: Assignment): Promise<Result<boolean, Fault>> {
    const [created, deleted] = await Promise.all([
      this.#running(api, 'create', assignment),
      this.#running(api, 'delete', assignment),
    ])
    if (!created.ok) return created
    return deleted.ok ? ok(created.value || deleted.value) : deleted
  }

  async #running(api: IdentityCenterApi, kind: OperationKind, assignment: Assignment): Promise<Result<boolean, Fault>> {
    const listed = present(await api.running(kind), 'the instance')
    if (!listed.ok) return listed
    this.#forgetAllBut(kind, listed.value)
    const asked = await Promise.all(listed.value.map((id) => this.#isAbout(api, { kind, id }, assignment)))
    return asked.find((each) => !each.ok || each.value) ?? ok(false)
  }

  async #isAbout(
    api: IdentityCenterApi,
    { kind, id }: { readonly kind: OperationKind; readonly id: string },
    assignment: Assignment,
  ): Promise<Result<boolean, Fault>> {
    const known = this.#known[kind]
    if (!known.has(id)) {
      const found = await api.operation(kind, id)
      // It ended since, and what it did is in the lists that are read after this.
      if (!found.ok && found.error.kind === 'missing') return ok(false)
      const operation = present(found, 'the operation')
      if (!operation.ok) return operation
      if (operation.value.status !== 'running') return ok(false)
      known.set(id, operation.value.assignment)
    }
    const about = known.get(id)
    return ok(about !== undefined && isSameAssignment(about, assignment))
  }

  #forgetAllBut(kind: OperationKind, running: readonly string[]): void {
    const known = this.#known[kind]
    for (const id of known.keys()) if (!running.includes(id)) known.delete(id)
  }
}
