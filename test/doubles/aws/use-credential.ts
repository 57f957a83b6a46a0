import { type SignedRequest, signatureOf } from './signature.ts'

/** As the SDKs name the parts of a credential. */
export type UsableCredential = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

export type Use = { status: number; body: string }

/** Asks S3 for something such as `/reports/hello.txt` with a credential, the way any client would. */
export async function useCredential(url: string, credential: UsableCredential, target: string): Promise<Use> {
  const [path = '/', query = ''] = target.split('?')
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const { sessionToken } = credential
  const signed = {
    host: new URL(url).host,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': time,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
  const request: SignedRequest = { method: 'GET', path, query, headers: signed, body: Buffer.alloc(0) }
  const scope = { date: time.slice(0, 8), region: 'us-east-1', service: 's3' }
  const signedHeaders = Object.keys(signed).sort()
  const by = { ...scope, keyId: credential.accessKeyId, signedHeaders }
  const signature = signatureOf(credential.secretAccessKey, by, request).toString('hex')
  const place = `${credential.accessKeyId}/${scope.date}/${scope.region}/${scope.service}/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${place}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
  const response = await fetch(url + target, { headers: { ...signed, authorization, 'user-agent': 'test' } })
  return { status: response.status, body: await response.text() }
}
