import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export type SignedRequest = { method: string; path: string; query: string; headers: IncomingHttpHeaders; body: Buffer }

/** What the `Authorization` header says: Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export type Authorization = {
  keyId: string
  date: string
  region: string
  service: string
  signedHeaders: readonly string[]
  signature: string
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/

export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const [, keyId, date, region, service, signed, signature] = form.exec(header ?? '') ?? []
  if (keyId === undefined || date === undefined || region === undefined) return undefined
  if (service === undefined || signed === undefined || signature === undefined) return undefined
  return { keyId, date, region, service, signedHeaders: signed.split(';'), signature }
}

/** Made with this secret, over this very request. */
export function isSignedWith(secret: string, authorization: Authorization, request: SignedRequest): boolean {
  const { date, signature } = authorization
  const time = String(request.headers['x-amz-date'] ?? '')
  if (!time.startsWith(date) || !isWhole(request) || !coversWhatCounts(authorization, request)) return false
  return timingSafeEqual(signatureOf(secret, authorization, request), Buffer.from(signature, 'hex'))
}

export function signatureOf(
  secret: string,
  authorization: Omit<Authorization, 'signature'>,
  request: SignedRequest,
): Buffer {
  const { date, region, service } = authorization
  const time = String(request.headers['x-amz-date'] ?? '')
  const hash = sha256(canonicalRequest(authorization, request))
  const toSign = ['AWS4-HMAC-SHA256', time, `${date}/${region}/${service}/aws4_request`, hash].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`))
  return hmac(key, toSign)
}

function canonicalRequest(
  { service, signedHeaders }: Omit<Authorization, 'signature'>,
  request: SignedRequest,
): string {
  const headers = signedHeaders.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  )
  return [
    request.method,
    service === 's3' ? request.path : request.path.split('/').map(encoded).join('/'),
    canonicalQuery(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash(request),
  ].join('\n')
}

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((each) => each !== '')
  const decoded = pairs.map((each) => {
    const [name = '', ...rest] = each.split('=')
    return `${encoded(decodeURIComponent(name))}=${encoded(decodeURIComponent(rest.join('=')))}`
  })
  return decoded.sort().join('&')
}

/** Unsigned, the host or the session token could be another's. */
function coversWhatCounts({ signedHeaders }: Authorization, { headers }: SignedRequest): boolean {
  const amazons = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && name !== 'x-amzn-trace-id')
  return ['host', ...amazons].every((name) => signedHeaders.includes(name))
}

function isWhole(request: SignedRequest): boolean {
  const claimed = request.headers['x-amz-content-sha256']
  return claimed === undefined || claimed === 'UNSIGNED-PAYLOAD' || claimed === sha256(request.body)
}

function payloadHash({ headers, body }: SignedRequest): string {
  return String(headers['x-amz-content-sha256'] ?? sha256(body))
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
