import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLine } from '../../src/commands/parse-line.ts'

const ID = 'req_7k2mq9xd'

test.each([
  [
    'request github:org-admin 30m fix the billing page',
    { verb: 'request', role: 'github:org-admin', durationSeconds: 1800, reason: 'fix the billing page' },
  ],
  ['  ASK   github:org-admin  ', { verb: 'request', role: 'github:org-admin', reason: '' }],
  [`approve ${ID}`, { verb: 'approve', id: ID, comment: '' }],
  [`deny ${ID.toUpperCase()} not during the freeze`, { verb: 'deny', id: ID, comment: 'not during the freeze' }],
  [`revoke ${ID}`, { verb: 'end', id: ID }],
  [`status ${ID}`, { verb: 'show', id: ID }],
  ['list', { verb: 'mine' }],
  ['status', { verb: 'mine' }],
  [`extend ${ID} 1h30m  still at it`, { verb: 'extend', id: ID, durationSeconds: 5400, reason: 'still at it' }],
  ['explain github:org-admin', { verb: 'explain', role: 'github:org-admin' }],
  ['explain github:org-admin 2h', { verb: 'explain', role: 'github:org-admin', durationSeconds: 7200 }],
  ['roles git', { verb: 'roles', filter: 'git' }],
  ['', { verb: 'help', word: '' }],
])('%j is understood', (line, command) => {
  expect(parseLine(line)).toEqual({ ok: true, value: command })
})

test.each([
  ['requst github:org-admin 30m', { code: 'unknown_word', word: 'requst', nearest: 'request' }],
  ['give me admin', { code: 'unknown_word', word: 'give', nearest: 'request' }],
  ['stop it', { code: 'unknown_word', word: 'stop', nearest: 'end' }],
  ['github:org-admin 30m', { code: 'unknown_word', word: 'github:org-admin', nearest: 'request github:org-admin' }],
  ['mien', { code: 'unknown_word', word: 'mien', nearest: 'mine' }],
  ['hlep', { code: 'unknown_word', word: 'hlep', nearest: 'help' }],
  ['main', { code: 'unknown_word', word: 'main', nearest: undefined }],
  ['xyzzy', { code: 'unknown_word', word: 'xyzzy', nearest: undefined }],
  ['constructor', { code: 'unknown_word', word: 'constructor', nearest: undefined }],
  ['request', { code: 'role_missing' }],
  ['request github:org-admin fix', { code: 'not_a_duration', role: 'github:org-admin', word: 'fix' }],
  ['request github:org-admin 999999d', { code: 'duration_too_long', role: 'github:org-admin', word: '999999d' }],
  ['approve', { code: 'id_missing', verb: 'approve', word: '' }],
  ['extend', { code: 'id_missing', verb: 'extend', word: '' }],
  ['extend mine 30m', { code: 'not_an_id', verb: 'extend', word: 'mine' }],
  [`extend ${ID}`, { code: 'not_an_extension', id: ID, word: '' }],
  [`extend ${ID} 0m`, { code: 'not_an_extension', id: ID, word: '0m' }],
  [`extend ${ID} -30m`, { code: 'not_an_extension', id: ID, word: '-30m' }],
  [`extend ${ID} ３０m`, { code: 'not_an_extension', id: ID, word: '３０m' }],
  [`extend ${ID} 1e9`, { code: 'not_an_extension', id: ID, word: '1e9' }],
  ['explain', { code: 'role_missing' }],
  ['end everything', { code: 'not_an_id', verb: 'end', word: 'everything' }],
])('%j is refused with what would help', (line, problem) => {
  expect(parseLine(line)).toEqual({ ok: false, error: problem })
})

test('no line makes the parser throw, nor does it take a role or an id from elsewhere than the line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (tail) => {
      const parsed = parseLine(`request github:org-admin 30m ${tail}`)
      expect(parsed.ok && parsed.value).toMatchObject({
        verb: 'request',
        role: 'github:org-admin',
        durationSeconds: 1800,
      })
      parseLine(tail)
    }),
  )
})
