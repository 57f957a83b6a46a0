import type { PersonId } from './ids.ts'
import { isListed, type Person } from './person.ts'
import type { Workflow } from './role.ts'

export interface Vote {
  readonly person: PersonId
  readonly value: 'yes' | 'no' | 'withdrawn'
  readonly stage: number
}

export interface Tally {
  readonly outcome: 'approved' | 'denied' | 'open'
  /** Per stage: how many yes it has, of how many. */
  readonly stages: readonly { readonly yes: number; readonly quorum: number }[]
}

/** One *no* denies; approved when every stage has its quorum of different people; a person counts once. */
export function tally(workflow: Workflow, votes: readonly Vote[]): Tally {
  const stages = workflow.stages.map((stage, n) => {
    const voters = votes.filter((vote) => vote.value === 'yes' && vote.stage === n).map((vote) => vote.person)
    return { yes: new Set(voters).size, quorum: stage.quorum }
  })
  if (votes.some((vote) => vote.value === 'no')) return { outcome: 'denied', stages }
  const isComplete = stages.length > 0 && stages.every((stage) => stage.yes >= stage.quorum)
  return { outcome: isComplete ? 'approved' : 'open', stages }
}

/** The first stage that is still open and that this person may decide; the requester may decide none. */
export function stageFor(
  workflow: Workflow,
  votes: readonly Vote[],
  voter: { readonly person: Person; readonly requester: PersonId },
): number | undefined {
  if (voter.person.id === voter.requester) return undefined
  const { stages } = tally(
    workflow,
    votes.filter((vote) => vote.person !== voter.person.id),
  )
  const found = workflow.stages.findIndex((stage, n) => {
    const count = stages[n]
    return count !== undefined && count.yes < count.quorum && isListed(voter.person, stage.approvers)
  })
  return found < 0 ? undefined : found
}

/** Whether the person may decide about this role at all, whatever has been voted yet. */
export function mayDecide(workflow: Workflow, person: Person, requester: PersonId): boolean {
  return person.id !== requester && workflow.stages.some((stage) => isListed(person, stage.approvers))
}

/** Those who may still be asked: everybody of an open stage who has not voted, never the requester. */
export function whoMayDecide(
  workflow: Workflow,
  people: readonly Person[],
  asked: { readonly requester: PersonId; readonly votes: readonly Vote[] },
): readonly Person[] {
  const voted = new Set(asked.votes.filter((vote) => vote.value !== 'withdrawn').map((vote) => vote.person))
  return people.filter(
    (person) =>
      !voted.has(person.id) && stageFor(workflow, asked.votes, { person, requester: asked.requester }) !== undefined,
  )
}

/** A quorum that cannot be reached without the requester is told when asking, not an hour later. */
export function canReachQuorum(workflow: Workflow, people: readonly Person[], requester: PersonId): boolean {
  const others = people.filter((person) => person.id !== requester)
  const needed = workflow.stages.flatMap((stage) =>
    Array.from({ length: stage.quorum }, () => others.filter((person) => isListed(person, stage.approvers))),
  )
  return canSeat(needed, new Set())
}

/** Each seat takes another person: the smallest choice first, and back when it does not work out. */
function canSeat(seats: readonly (readonly Person[])[], taken: ReadonlySet<PersonId>): boolean {
  const [seat, ...rest] = seats.toSorted((a, b) => a.length - b.length)
  if (seat === undefined) return true
  return seat.some((person) => !taken.has(person.id) && canSeat(rest, new Set([...taken, person.id])))
}

/** Votes of people who may still decide their stage today: who left, or lost the group, counts no more. */
export function standingVotes<V extends Vote>(
  workflow: Workflow,
  votes: readonly V[],
  people: readonly Person[],
): readonly V[] {
  return votes.filter((vote) => {
    const person = people.find((each) => each.id === vote.person)
    const stage = workflow.stages[vote.stage]
    return person !== undefined && stage !== undefined && isListed(person, stage.approvers)
  })
}
