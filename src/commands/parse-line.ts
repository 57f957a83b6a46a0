import type { LineRefusal } from '../core/codes.ts'
import { parseDuration } from '../core/duration.ts'
import { parseRequestId, type RequestId } from '../core/ids.ts'
import { nearestWord } from '../core/nearest-word.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { Command } from './command.ts'

const SAME_AS: ReadonlyMap<string, string> = new Map([
  ['ask', 'request'],
  ['list', 'mine'],
  ['status', 'show'],
  ['revoke', 'end'],
])
/** What people say who have never read the words: only ever suggested. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ...['access', 'elevate', 'get', 'give', 'grant', 'i', 'need', 'please', 'want'].map(
    (word) => [word, 'request'] as const,
  ),
  ...['drop', 'finish', 'remove', 'return', 'stop'].map((word) => [word, 'end'] as const),
  ...['accept', 'allow', 'yes'].map((word) => [word, 'approve'] as const),
  ...['decline', 'no', 'refuse', 'reject'].map((word) => [word, 'deny'] as const),
  ['renew', 'extend'],
  ['waiting', 'pending'],
  ['why', 'explain'],
])
const VERBS = [
  'request',
  'approve',
  'deny',
  'cancel',
  'end',
  'extend',
  'mine',
  'pending',
  'show',
  'roles',
  'login',
  'devices',
  'logout',
  'explain',
  'help',
] as const

type Parsed = Result<Command, LineRefusal>

/** One parser for every front door: `request github:org-admin 30m fix billing` to a Command, or why it is none. */
export function parseLine(line: string): Parsed {
  const [first, rest] = splitWord(line)
  if (first === '') return ok({ verb: 'help', word: '' })
  const typed = first.toLowerCase()
  const verb = VERBS.find((known) => known === (SAME_AS.get(typed) ?? typed))
  if (verb === undefined) return fail({ code: 'unknown_word', word: first, nearest: meant(first) })
  if (typed === 'status' && rest === '') return ok({ verb: 'mine' })
  if (verb === 'request') return parseRequest(rest)
  return parseRest(verb, rest)
}

/** A line that may have been meant. What has a colon is a role. */
function meant(word: string): string | undefined {
  if (/^[\w-]+:[\w-]+$/.test(word)) return `request ${word.slice(0, 100)}`
  return MEANT.get(word.toLowerCase()) ?? nearestWord(word, [...VERBS, ...SAME_AS.keys()])
}

function parseRest(verb: Exclude<(typeof VERBS)[number], 'request'>, rest: string): Parsed {
  switch (verb) {
    case 'mine':
    case 'pending':
    case 'devices':
      return ok({ verb })
    case 'roles':
      return ok({ verb, filter: rest })
    case 'help':
      return ok({ verb, word: rest })
    case 'login':
      return rest === '' ? fail({ code: 'code_missing' }) : ok({ verb, code: rest })
    case 'logout':
      return rest === '' ? fail({ code: 'device_missing' }) : ok({ verb, device: rest })
    case 'explain':
      return parseExplain(rest)
    case 'extend':
      return parseExtend(rest)
    default:
      return parseAboutOne(verb, rest)
  }
}

function parseExplain(rest: string): Parsed {
  const [role, word] = splitWord(rest)
  if (role === '') return fail({ code: 'role_missing' })
  if (word === '') return ok({ verb: 'explain', role })
  const duration = parseDuration(word)
  return duration.ok
    ? ok({ verb: 'explain', role, durationSeconds: duration.value })
    : fail({ code: duration.error.code, role, word })
}

function parseExtend(rest: string): Parsed {
  const [named, afterId] = splitWord(rest)
  const id = parseNamed('extend', named)
  if (!id.ok) return id
  const [word, reason] = splitWord(afterId)
  const duration = parseDuration(word)
  if (!duration.ok) return fail({ code: 'not_an_extension', id: id.value, word })
  return ok({ verb: 'extend', id: id.value, durationSeconds: duration.value, reason })
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
  const id = parseNamed(verb, word)
  if (!id.ok) return id
  return verb === 'approve' || verb === 'deny' ? ok({ verb, id: id.value, comment }) : ok({ verb, id: id.value })
}

function parseNamed(verb: string, word: string): Result<RequestId, LineRefusal> {
  if (word === '') return fail({ code: 'id_missing', verb, word })
  const id = parseRequestId(word)
  return id.ok ? id : fail({ code: 'not_an_id', verb, word })
}

function splitWord(text: string): readonly [word: string, rest: string] {
  const trimmed = text.trim()
  const end = trimmed.search(/\s/)
  return end < 0 ? [trimmed, ''] : [trimmed.slice(0, end), trimmed.slice(end).trim()]
}
