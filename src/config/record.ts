import type { Config } from './config.ts'
import type { Mapping } from './read-document.ts'

/** What is kept of a configuration that was loaded: secrets are in it as references only. */
export function configurationRecord(config: Config): Mapping {
  return config.document
}
