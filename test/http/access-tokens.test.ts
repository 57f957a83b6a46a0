import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { deviceIdFrom } from '../../src/core/ids.ts'
import { Secret } from '../../src/core/secret.ts'
import { createAccessTokens } from '../../src/http/access-tokens.ts'

const key = () => new Secret(randomBytes(32).toString('base64'))
const holder = { device: deviceIdFrom(randomBytes(5)), thumbprint: 'x'.repeat(43) }

test('while a secret key is replaced, tokens of the old one are still read, and the new one signs', async () => {
  const [old, fresh] = [key(), key()]
  const before = await createAccessTokens([old], Date.now).issue(holder)
  const during = createAccessTokens([fresh, old], Date.now)
  expect(await during.read(before)).toEqual({ ok: true, value: holder })
  const after = createAccessTokens([fresh], Date.now)
  expect(await after.read(await during.issue(holder))).toEqual({ ok: true, value: holder })
  expect(await after.read(before)).toEqual({ ok: false, error: 'token_wrong' })
})

test('a token serves for five minutes', async () => {
  let now = Date.now()
  const tokens = createAccessTokens([key()], () => now)
  const token = await tokens.issue(holder)
  now += 299_000
  expect((await tokens.read(token)).ok).toBe(true)
  now += 2_000
  expect(await tokens.read(token)).toEqual({ ok: false, error: 'token_expired' })
})
