import { afterEach, expect, test } from 'vitest'
import { givenStage, type Stage } from '../threats/b-stage.ts'

let stage: Stage
afterEach(() => stage.close())

interface LogLine {
  readonly audit?: boolean
  readonly subject?: string
  readonly msg: string
  readonly delivery?: string
  readonly request_id?: string
  readonly detail?: { readonly delivery?: string }
}

test('every event of the record is one line of the log, in its order; a vote leads to the request that brought it', async () => {
  stage = await givenStage()
  const id = await stage.give('U0ANN', 'github:org-admin 1s')
  await stage.reach(id, 'revoked')
  // The last one, which comes after the end: the log has it once it is committed.
  await stage.world.until('it was compared', () => stage.world.log.some((line) => line.includes('holders_compared')))
  const lines = stage.world.log.map((line) => JSON.parse(line) as LogLine)
  const audited = lines.filter((line) => line.audit === true && line.subject === id)
  expect(audited.map((line) => line.msg)).toEqual(await stage.events(id))
  const vote = audited.find((line) => line.msg === 'vote_counted')
  const brought = lines.find((line) => line.msg === 'inbound_received' && line.delivery === vote?.detail?.delivery)
  expect(brought?.request_id).toMatch(/^[0-9a-f-]{36}$/)
})
