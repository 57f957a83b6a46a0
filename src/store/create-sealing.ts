import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { Secret } from '../core/secret.ts'
import type { Sealing } from '../ports/sealing.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** One key serves several purposes: each has one of its own, derived from it. */
const PURPOSE = 'thand: receipts of credentials'

/** AES-256-GCM. The first key seals, all of them open: so a key can be changed while something is sealed. */
export function createSealing(keys: readonly Secret[]): Sealing {
  const derived = keys.map(derive)
  const [first] = derived
  if (first === undefined) throw new Error('there is no key to seal with')
  return {
    seal(secret, about) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', first.key, nonce, { authTagLength: TAG_BYTES }).setAAD(
        bytesOf(about),
      )
      const hidden = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()])
      return { keyId: first.id, text: Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64') }
    },
    open({ keyId, text }, about) {
      const found = derived.find((each) => each.id === keyId)
      return found && openWith(found.key, text, about)
    },
  }
}

function derive(secret: Secret): { readonly id: string; readonly key: Buffer } {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(secret.reveal(), 'base64'), '', PURPOSE, 32))
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 12), key }
}

function openWith(key: Buffer, text: string, about: string): Secret | undefined {
  const sealed = Buffer.from(text, 'base64')
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  if (tag.length !== TAG_BYTES) return undefined
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(bytesOf(about))
  try {
    const plain = cipher.setAuthTag(tag).update(sealed.subarray(NONCE_BYTES + TAG_BYTES))
    return new Secret(Buffer.concat([plain, cipher.final()]).toString('utf8'))
  } catch {
    return undefined
  }
}

function bytesOf(about: string): Buffer {
  return Buffer.from(about, 'utf8')
}
