import { and, asc, eq, inArray } from 'drizzle-orm'
import { union } from 'drizzle-orm/pg-core'
import type { DeviceId, PersonId, RequestId } from '../core/ids.ts'
import type { OpenAccess } from '../ports/store/open-access.ts'
import { type Database, schema } from './database.ts'
import { isAlive } from './devices.ts'

const { accessGrant, device, request, vote } = schema

export function openAccessIn(db: Database, now: number): OpenAccess {
  return {
    async people() {
      const isHeld = inArray(accessGrant.state, HELD)
      const rows = await union(
        db.select({ person: request.requester }).from(request).where(eq(request.state, 'pending')),
        db.select({ person: accessGrant.person }).from(accessGrant).where(isHeld),
        db
          .select({ person: vote.person })
          .from(vote)
          .innerJoin(request, eq(request.id, vote.requestId))
          .where(and(eq(request.state, 'pending'), saidYes)),
        db
          .select({ person: vote.person })
          .from(vote)
          .innerJoin(accessGrant, eq(accessGrant.id, vote.requestId))
          .where(and(eq(accessGrant.state, 'planned'), saidYes)),
        db.select({ person: device.person }).from(device).where(isAlive(now)),
      )
      return rows.map((row) => row.person as PersonId).toSorted()
    },
    async of(person) {
      return {
        asked: await askedBy(db, person),
        voted: await votedBy(db, person),
        approved: await approvedBy(db, person),
        held: await heldBy(db, person),
        devices: await devicesOf(db, person, now),
      }
    },
  }
}

const HELD = ['planned', 'granting', 'active']
const saidYes = eq(vote.value, 'yes')

async function askedBy(db: Database, person: PersonId): Promise<readonly RequestId[]> {
  const isTheirs = and(eq(request.state, 'pending'), eq(request.requester, person))
  return idsOf(await db.select({ id: request.id }).from(request).where(isTheirs).orderBy(asc(request.id)))
}

async function heldBy(db: Database, person: PersonId): Promise<readonly RequestId[]> {
  const isTheirs = and(inArray(accessGrant.state, HELD), eq(accessGrant.person, person))
  return idsOf(await db.select({ id: accessGrant.id }).from(accessGrant).where(isTheirs).orderBy(asc(accessGrant.id)))
}

async function devicesOf(db: Database, person: PersonId, now: number): Promise<readonly DeviceId[]> {
  const isTheirs = and(eq(device.person, person), isAlive(now))
  const rows = await db.select({ id: device.id }).from(device).where(isTheirs).orderBy(asc(device.id))
  return rows.map((row) => row.id as DeviceId)
}

async function votedBy(db: Database, person: PersonId): Promise<readonly RequestId[]> {
  const rows = await db
    .select({ id: request.id })
    .from(request)
    .innerJoin(vote, eq(vote.requestId, request.id))
    .where(and(eq(request.state, 'pending'), saidYes, eq(vote.person, person)))
    .orderBy(asc(request.id))
  return idsOf(rows)
}

async function approvedBy(db: Database, person: PersonId): Promise<readonly RequestId[]> {
  const rows = await db
    .select({ id: accessGrant.id })
    .from(accessGrant)
    .innerJoin(vote, eq(vote.requestId, accessGrant.id))
    .where(and(eq(accessGrant.state, 'planned'), saidYes, eq(vote.person, person)))
    .orderBy(asc(accessGrant.id))
  return idsOf(rows)
}

function idsOf(rows: readonly { readonly id: string }[]): readonly RequestId[] {
  return rows.map((row) => row.id as RequestId)
}
