import { and, eq } from 'drizzle-orm'
import type { PersonId } from '../core/ids.ts'
import type { AccountRef } from '../ports/chat.ts'
import type { Bindings } from '../ports/store/bindings.ts'
import type { Record } from './audit-rows.ts'
import { type Database, dateOf, schema } from './database.ts'

const { accountBinding, subjectBinding } = schema

export function bindingsIn(db: Database, now: number, record: Record): Bindings {
  const isAccount = (ref: AccountRef) =>
    and(
      eq(accountBinding.platform, ref.platform),
      eq(accountBinding.tenant, ref.tenant),
      eq(accountBinding.account, ref.account),
    )
  return {
    async personOf(ref) {
      const [row] = await db.select().from(accountBinding).where(isAccount(ref))
      return row?.person as PersonId | undefined
    },
    async accountOf(person, platform) {
      const isTheirs = and(eq(accountBinding.person, person), eq(accountBinding.platform, platform))
      const [row] = await db.select().from(accountBinding).where(isTheirs)
      return row?.account
    },
    async accountsOf(person) {
      const rows = await db.select().from(accountBinding).where(eq(accountBinding.person, person))
      return rows.map(({ platform, tenant, account }) => ({ platform, tenant, account }))
    },
    async bind(ref, person, event) {
      const { platform, tenant, account } = ref
      const row = { platform, tenant, account, person, boundAt: dateOf(now) }
      const made = await db
        .insert(accountBinding)
        .values(row)
        .onConflictDoNothing()
        .returning({ person: accountBinding.person })
      if (made.length === 0) return false
      await record(event)
      return true
    },
    async unbind(ref, event) {
      await db.delete(accountBinding).where(isAccount(ref))
      await record(event)
    },
    ...subjectsIn(db, now, record),
  }
}

function subjectsIn(db: Database, now: number, record: Record): Pick<Bindings, 'subjectOf' | 'bindSubject'> {
  return {
    async subjectOf(person, instance) {
      const isTheirs = and(eq(subjectBinding.person, person), eq(subjectBinding.instance, instance))
      const [row] = await db.select().from(subjectBinding).where(isTheirs)
      return row && { id: row.subjectId, login: row.login }
    },
    async bindSubject(person, instance, subject, event) {
      const row = { person, instance, subjectId: subject.id, login: subject.login, boundAt: dateOf(now) }
      const made = await db
        .insert(subjectBinding)
        .values(row)
        .onConflictDoNothing()
        .returning({ id: subjectBinding.subjectId })
      if (made.length === 0) return false
      await record(event)
      return true
    },
  }
}
