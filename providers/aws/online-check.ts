import type { ExpectedAtProvider, Finding } from '../../src/ports/online-check.ts'
import type { AwsClients } from './clients.ts'
import type { AccountConfig } from './config.ts'

interface Checked {
  readonly config: AccountConfig
  readonly clients: AwsClients
  readonly roles: readonly string[]
}

export async function* checkAccount(_checked: Checked, _expected: ExpectedAtProvider): AsyncGenerator<Finding> {
  yield { kind: 'unchecked', what: 'nothing yet' }
}
