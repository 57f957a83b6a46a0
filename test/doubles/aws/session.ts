import { secretText, uniqueId } from './ids.ts'
import type { Session } from './state.ts'

/** The three parts of a credential that ends by itself. */
export function newCredential(): Pick<Session, 'id' | 'secret' | 'token'> {
  return { id: uniqueId('ASIA'), secret: secretText(), token: `IQoJb3JpZ2luX2VjE${secretText(90)}` }
}

export function credentialShape({ id, secret, token, expiresAt }: Session) {
  return { AccessKeyId: id, SecretAccessKey: secret, SessionToken: token, Expiration: expiresAt }
}
