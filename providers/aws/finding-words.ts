import type { Finding } from '../../src/ports/online-check.ts'
import type { Fault } from '../../src/ports/provider.ts'

/** What could not be asked now is unsure; everything else is for somebody to mend. */
export function troubleWith(what: string, fault: Fault, mend: string): Finding {
  if (fault.kind === 'throttled') return { kind: 'unsure', what: `${what}: AWS asks to wait`, mend: 'try again' }
  const said = `${what}: ${fault.detail}`
  return fault.kind === 'unknown'
    ? { kind: 'unsure', what: said, mend: 'try again' }
    : { kind: 'wrong', what: said, mend }
}
