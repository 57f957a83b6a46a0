import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { createSealing } from '../../src/store/create-sealing.ts'

const newKey = () => new Secret(randomBytes(32).toString('base64'))
const secret = new Secret('ghs_canary')

test('what was sealed opens about the same thing, and never looks the same', () => {
  const sealing = createSealing([newKey()])
  const [one, two] = [sealing.seal(secret, 'a'), sealing.seal(secret, 'a')]
  expect(one.text).not.toBe(two.text)
  for (const sealed of [one, two]) expect(sealing.open(sealed, 'a')?.reveal()).toBe('ghs_canary')
})

test('about another thing, changed, cut or with another key it does not open', () => {
  const sealing = createSealing([newKey()])
  const sealed = sealing.seal(secret, 'a')
  expect(sealing.open(sealed, 'b')).toBeUndefined()
  const bytes = Buffer.from(sealed.text, 'base64')
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    expect(sealing.open({ ...sealed, text: changed.toString('base64') }, 'a')).toBeUndefined()
    expect(sealing.open({ ...sealed, text: bytes.subarray(0, at).toString('base64') }, 'a')).toBeUndefined()
  }
  expect(createSealing([newKey()]).open(sealed, 'a')).toBeUndefined()
  expect(
    createSealing([newKey()]).open({ ...sealed, keyId: createSealing([newKey()]).seal(secret, 'a').keyId }, 'a'),
  ).toBeUndefined()
})

test('the first key seals and all of them open, so that a key can be changed', () => {
  const [old, fresh] = [newKey(), newKey()]
  const before = createSealing([old]).seal(secret, 'a')
  const rotating = createSealing([fresh, old])
  expect(rotating.open(before, 'a')?.reveal()).toBe('ghs_canary')
  const after = rotating.seal(secret, 'a')
  expect(after.keyId).not.toBe(before.keyId)
  expect(createSealing([fresh]).open(after, 'a')?.reveal()).toBe('ghs_canary')
  expect(createSealing([fresh]).open(before, 'a')).toBeUndefined()
})

test('the name of a key says nothing of it', () => {
  const key = newKey()
  const { keyId } = createSealing([key]).seal(secret, 'a')
  expect(Buffer.from(key.reveal(), 'base64').toString('hex')).not.toContain(keyId)
})
