import { expect, test } from 'vitest'
import { grantLines } from '../../src/cards/grant-lines.ts'
import { plainText } from '../../src/cards/plain-text.ts'
import type { GrantView, RequestView } from '../../src/cards/request-view.ts'
import type { NativeEnd } from '../../src/core/target.ts'
import { active, ended } from '../pictures/scenes.ts'

const NONE = 'AWS has no end of its own: Thand takes it back'
const HARD = 'AWS ends it by itself then, whatever happens to Thand'
const NEW = 'AWS lets nothing new begin after that by itself; Thand takes it back'
const READERS = ['channel', 'holder'] as const

const grantOf = ({ grant }: RequestView): GrantView => {
  if (grant === undefined) throw new Error('the scene has no grant')
  return grant
}
const slot = (nativeEnd: NativeEnd | undefined) => grantOf(active).slots.map((each) => ({ ...each, nativeEnd }))
const lines = (view: RequestView, reader: (typeof READERS)[number]) =>
  grantLines({ ...view, vendor: 'AWS' }, grantOf(view), reader).lines.map(plainText)
const withEnds = (...ends: readonly (NativeEnd | undefined)[]): RequestView => ({
  ...active,
  grant: { ...grantOf(active), slots: ends.flatMap(slot) },
})

test.each<readonly [readonly (NativeEnd | undefined)[], string | undefined]>([
  [['none'], NONE],
  [['hard'], HARD],
  [['new-sessions'], NEW],
  [['hard', 'none'], NONE],
  [['hard', 'new-sessions'], NEW],
  [['hard', 'hard'], HARD],
  [[undefined], undefined],
  [[], undefined],
])('slots with the ends %j are said once on the active card, by the weakest', (ends, line) => {
  for (const reader of READERS) {
    const said = lines(withEnds(...ends), reader).filter((each) => [NONE, HARD, NEW].includes(each))
    expect(said).toEqual(line === undefined ? [] : [line])
  }
})

test('what is over says nothing of how it would have ended', () => {
  for (const reader of READERS) expect(lines(ended, reader).join('\n')).not.toMatch(/end of its own/)
})

test.each([
  [false, 'credentials: s3:GetObject; taken back at the end'],
  [true, 'credentials: s3:GetObject; AWS ends them by itself at the end'],
])('whose credentials end themselves (%s) has it on the card, for both readers', (endThemselves, line) => {
  const grant = grantOf(active)
  const credentials = { ...grant.credentials, endThemselves }
  const view = { ...active, entitlement: 's3:GetObject', grant: { ...grant, slots: [], credentials } }
  for (const reader of READERS) expect(lines(view, reader)).toContain(line)
})
