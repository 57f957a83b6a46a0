import { codeOf } from '../store/error-code.ts'

interface Failure {
  readonly line: string
  readonly exitCode: 1 | 2 | 75
}

const AWAY = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOENT'],
  ...['CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'ANSWER_TIMEOUT', '57P03', '53300'],
])

const KNOWN: Readonly<Record<string, string>> = {
  '28P01': 'The database refused the name or the password in its address.\nMend DATABASE_URL (or THAND_MIGRATION_URL).',
  '28000': 'The database refused the name or the password in its address.\nMend DATABASE_URL (or THAND_MIGRATION_URL).',
  '3D000': 'The database that the address names does not exist.\nCreate it, or mend DATABASE_URL.',
  '42501': "The database's role may not do what is needed.\nRun: thand migrate, with THAND_MIGRATION_URL of the owner",
  EADDRINUSE: 'Something else listens on this port.\nStop it, or set PORT.',
  EADDRNOTAVAIL: 'This machine does not have the address in HOST.\nMend HOST.',
}

/** What kept a command from its work, in words that name the way out; never an address, which may hold a password. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error) ?? ''
  if (AWAY.has(code)) {
    return {
      line: `The database does not answer (${code}).\nStart it, or mend DATABASE_URL, and try again.`,
      exitCode: 75,
    }
  }
  const known = KNOWN[code]
  if (known !== undefined) return { line: known, exitCode: 2 }
  return { line: `thand ended: ${error instanceof Error ? error.message : String(error)}`, exitCode: 1 }
}
