import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Credential } from '../wire/credential.ts'
import type { EndpointPlace } from './aws-environment.ts'
import { awsKeysOf, endpointAnswer } from './aws-keys.ts'
import { listenOnLoopback } from './loopback.ts'

const TOKEN_BYTES = 16
const PATH = '/credentials'

export interface CredentialEndpoint extends EndpointPlace {
  close(): Promise<void>
}

/**
 * Where the SDKs of AWS fetch a credential again and again, as they do in a container:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html. Whoever has no token gets nothing. Some SDKs
 * wait for a second only, so `current` should have its answer at hand; undefined: there is none that works.
 */
export async function startCredentialEndpoint(
  current: () => Promise<Credential | undefined>,
): Promise<CredentialEndpoint> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (!isSame(request.headers.authorization ?? '', token)) return refusal(401, 'Unauthorized')
    if (request.method !== 'GET' || request.url !== PATH) return refusal(404, 'NotFound')
    const credential = await current()
    const keys = credential && awsKeysOf(credential)
    if (credential === undefined || keys === undefined) return refusal(503, 'NoCredential')
    return { status: 200, body: endpointAnswer(keys, credential) }
  }
  const { url, close } = await listenOnLoopback((request, response) => {
    request.resume()
    void answer(request)
      .catch(() => refusal(503, 'NoCredential'))
      .then((made) => send(response, made))
  })
  return { url: `${url}${PATH}`, token, close }
}

interface Answer {
  readonly status: number
  readonly body: string
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(body)
}

function refusal(status: number, code: string): Answer {
  return { status, body: JSON.stringify({ code, message: 'thand run has no credential for this call.' }) }
}

/** In a time that tells nothing of either. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
