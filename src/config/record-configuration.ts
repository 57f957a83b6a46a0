import type { Tx } from '../ports/store/store.ts'
import type { Config } from './config.ts'
import { differenceOf } from './difference.ts'
import { configurationRecord } from './record.ts'

/** Makes it the one loaded last, of all replicas, and puts into the record what it changes of the one before. */
export async function recordConfiguration(tx: Tx, config: Config): Promise<void> {
  const content = configurationRecord(config)
  const { isNew, before } = await tx.loadConfiguration({ hash: config.hash, content })
  const difference = differenceOf(before?.content, content)
  const detail = { hash: config.hash, is_new: isNew, before: before?.hash ?? null, difference }
  await tx.record({ name: 'configuration_loaded', actor: 'system', detail })
}
