import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapedForSlack, fromSlack } from '../../bots/slack/slack-text.ts'
import { verifySignature } from '../../bots/slack/verify-signature.ts'
import { Secret } from '../../src/core/secret.ts'

const NOW = 1_795_490_000
const RAW = Buffer.from('command=%2Fthand&text=help')
const OLD = new Secret('before the rotation')
const NEW = new Secret('after the rotation')

function sign(raw: Uint8Array, timestamp: string, secret: Secret): string {
  return `v0=${createHmac('sha256', secret.reveal()).update(`v0:${timestamp}:`).update(raw).digest('hex')}`
}

const at = String(NOW)
const good = sign(RAW, at, NEW)

test('C2: a payload signed by either secret of a rotation is genuine', () => {
  for (const secret of [OLD, NEW])
    expect(verifySignature({ raw: RAW, timestamp: at, signature: sign(RAW, at, secret) }, [NEW, OLD], NOW)).toBe(
      'genuine',
    )
})

test.each([
  ['no signature', at, undefined, 'missing'],
  ['two signatures', at, [good, good], 'missing'],
  ['no timestamp', undefined, good, 'missing'],
  ['NaN', 'NaN', sign(RAW, 'NaN', NEW), 'missing'],
  ['20 digits', '1'.repeat(20), sign(RAW, '1'.repeat(20), NEW), 'missing'],
  ['6 minutes old', String(NOW - 360), sign(RAW, String(NOW - 360), NEW), 'stale'],
  ['6 minutes ahead', String(NOW + 360), sign(RAW, String(NOW + 360), NEW), 'stale'],
  ['upper case', at, good.toUpperCase(), 'forged'],
  ['truncated', at, good.slice(0, -2), 'forged'],
  ['another version', at, good.replace('v0', 'v1'), 'forged'],
  ['another secret', at, sign(RAW, at, new Secret('guess')), 'forged'],
  ['over another body', at, sign(Buffer.from('text=other'), at, NEW), 'forged'],
  ['over another time', at, sign(RAW, String(NOW - 1), NEW), 'forged'],
])('C2: %s is refused', (_what, timestamp, signature, verdict) => {
  expect(verifySignature({ raw: RAW, timestamp, signature }, [NEW, OLD], NOW)).toBe(verdict)
})

test('C2: without a secret nothing is genuine', () => {
  expect(verifySignature({ raw: RAW, timestamp: at, signature: good }, [], NOW)).toBe('forged')
})

test('C5: text of a person holds no markup, fits, and is whole when it is short enough', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 500 }), (text, lengthMax) => {
      const shown = escapedForSlack(text, lengthMax)
      expect(shown.length).toBeLessThanOrEqual(lengthMax)
      expect(shown).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/)
    }),
  )
  expect(escapedForSlack('<!channel> & <https://evil.example|Approve>', 200)).toBe(
    '&lt;!channel&gt; &amp; &lt;https://evil.example|Approve&gt;',
  )
  expect(escapedForSlack('<'.repeat(3000), 3000).length).toBeLessThanOrEqual(3000)
  expect(escapedForSlack('a\u202eb\u200bc', 10)).toBe('abc')
})

test('C5: what came from Slack is the text that was typed', () => {
  expect(fromSlack('&lt;@U1&gt; &amp;lt;')).toBe('<@U1> &lt;')
})
