import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, SignJWT } from 'jose'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The answer as JSON; empty where it is none. */
  readonly body: Record<string, unknown>
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

/** What may be wrong on purpose. `proof: null` sends none. */
export interface Sent {
  readonly token?: string | null
  readonly proof?: string | null
  readonly key?: DeviceKey
  /** Laid over the claims of the proof. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Laid over its head. */
  readonly head?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

export interface DeviceKey {
  readonly jwk: JWK
  readonly thumbprint: string
  readonly pair: GenerateKeyPairResult
  readonly alg: string
}

export async function newDeviceKey(alg = 'ES256'): Promise<DeviceKey> {
  const pair = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(pair.publicKey)
  return { jwk, pair, alg, thumbprint: await calculateJwkThumbprint(jwk) }
}

/** A machine that calls the API, as a client of our own would, and otherwise where a test says so. */
export class DeviceClient {
  readonly key: DeviceKey
  readonly base: string
  /** Since the login. */
  tokens: Tokens = { access: '', refresh: '' }
  id = ''

  constructor(base: string, key: DeviceKey) {
    this.base = base
    this.key = key
  }

  async proof(method: string, path: string, sent: Sent = {}): Promise<string> {
    const key = sent.key ?? this.key
    const ath =
      sent.token === undefined
        ? {}
        : {
            ath: createHash('sha256')
              .update(sent.token ?? '')
              .digest('base64url'),
          }
    const claims = { htm: method, htu: `${this.base}${path.split('?')[0]}`, jti: randomUUID(), ...ath, ...sent.claims }
    return new SignJWT({ iat: Math.floor(Date.now() / 1000), ...claims })
      .setProtectedHeader({ alg: key.alg, typ: 'dpop+jwt', jwk: key.jwk, ...sent.head })
      .sign(key.pair.privateKey)
  }

  async call(method: string, path: string, body?: unknown, sent: Sent = {}): Promise<Answered> {
    const token = sent.token === undefined ? this.tokens.access : sent.token
    const proof = sent.proof === undefined ? await this.proof(method, path, { ...sent, token }) : sent.proof
    const headers = {
      ...(token === null ? {} : { authorization: `DPoP ${token}` }),
      ...(proof === null ? {} : { dpop: proof }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...sent.headers,
    }
    return fetched(`${this.base}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  say(line: string, sent: Sent = {}): Promise<Answered> {
    return this.call('POST', '/api/v1/commands', { line }, sent)
  }

  get(path: string, sent: Sent = {}): Promise<Answered> {
    return this.call('GET', `/api/v1${path}`, undefined, sent)
  }

  async form(path: string, fields: Readonly<Record<string, string>>, sent: Sent = {}): Promise<Answered> {
    const proof = sent.proof === undefined ? await this.proof('POST', path, sent) : sent.proof
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(proof === null ? {} : { dpop: proof }),
      ...sent.headers,
    }
    return fetched(`${this.base}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  }

  /** Asks to be logged in. */
  ask(fields: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const asked = {
      client_id: 'thand',
      device_name: 'laptop',
      host_name: 'ann-mbp',
      device_key: JSON.stringify(this.key.jwk),
    }
    return this.form('/api/v1/device_authorization', { ...asked, ...fields }, { proof: null })
  }

  redeem(deviceCode: string, sent: Sent = {}): Promise<Answered> {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    return this.form('/api/v1/token', { grant_type, client_id: 'thand', device_code: deviceCode }, sent)
  }

  refresh(token = this.tokens.refresh, sent: Sent = {}): Promise<Answered> {
    const fields = { grant_type: 'refresh_token', client_id: 'thand', refresh_token: token }
    return this.form('/api/v1/token', fields, sent)
  }

  /** Keeps what a good answer brought. */
  keep({ status, text, body }: Answered): void {
    if (status !== 200) throw new Error(`no tokens: ${status} ${text}`)
    this.tokens = { access: String(body['access_token']), refresh: String(body['refresh_token']) }
    this.id = String(body['device_id'])
  }
}

async function fetched(url: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(url, init)
  const text = await response.text()
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
}
