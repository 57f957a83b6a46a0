import type { LineRefusal } from '../core/codes.ts'
import { parseDuration } from '../core/duration.ts'
import { parseRequestId } from '../core/ids.ts'
import { nearestWord } from '../core/nearest-word.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Command } from './command.ts'

const SAME_AS: ReadonlyMap<string, string> = new Map([
  ['ask', 'request'],
  ['list', 'mine'],
  ['status', 'show'],
  ['revoke', 'end'],
])
const VERBS = ['request', 'approve', 'deny', 'cancel', 'end', 'mine', 'pending', 'show', 'roles', 'help'] as const

type Parsed = Result<Command, LineRefusal>

/** One parser for every front door: `request github:org-admin 30m fix billing` to a Command, or why it is none. */
export function parseLine(line: string): Parsed {
  const [first, rest] = splitWord(line)
  if (first === '') return ok({ verb: 'help', word: '' })
  const typed = first.toLowerCase()
  const verb = VERBS.find((known) => known === (SAME_AS.get(typed) ?? typed))
  if (verb === undefined) {
    return fail({ code: 'unknown_word', word: first, nearest: nearestWord(first, [...VERBS, ...SAME_AS.keys()]) })
  }
  if (verb === 'request') return parseRequest(rest)
  if (verb === 'mine' || verb === 'pending') return ok({ verb })
  if (verb === 'roles') return ok({ verb, filter: rest })
  if (verb === 'help') return ok({ verb, word: rest })
  return parseAboutOne(verb, rest)
}

function parseRequest(rest: string): Parsed {
  const [role, afterRole] = splitWord(rest)
  if (role === '') return fail({ code: 'role_missing' })
  const [word, reason] = splitWord(afterRole)
  if (word === '') return ok({ verb: 'request', role, reason: '' })
  const duration = parseDuration(word)
  if (!duration.ok) return fail({ code: duration.error.code, role, word })
  return ok({ verb: 'request', role, durationSeconds: duration.value, reason })
}

function parseAboutOne(verb: 'approve' | 'deny' | 'cancel' | 'end' | 'show', rest: string): Parsed {
  const [word, comment] = splitWord(rest)
  if (word === '') return fail({ code: 'id_missing', verb, word })
  const id = parseRequestId(word)
  if (!id.ok) return fail({ code: 'not_an_id', verb, word })
  return verb === 'approve' || verb === 'deny' ? ok({ verb, id: id.value, comment }) : ok({ verb, id: id.value })
}

function splitWord(text: string): readonly [word: string, rest: string] {
  const trimmed = text.trim()
  const end = trimmed.search(/\s/)
  return end < 0 ? [trimmed, ''] : [trimmed.slice(0, end), trimmed.slice(end).trim()]
}
