import { randomUUID } from 'node:crypto'
import type { Described, ServiceModel } from './model.ts'
import { escapeXml, readForm, writeXml } from './query-protocol.ts'
import { Refusal } from './refusal.ts'
import { readS3 } from './s3.ts'
import type { SignedRequest } from './signature.ts'

/** What a request asks for, in whichever protocol it came. */
export type Asked = {
  service: string
  operation: string
  parameters: Record<string, unknown>
  /** Not of S3, whose answers are texts. */
  model: ServiceModel | undefined
  described: Described | undefined
}

export type Reply = { status: number; headers: Readonly<Record<string, string>>; body: string }

/** The service is the one that the request is signed for; unsigned, the one that its form fits. */
export function readRequest(
  models: readonly ServiceModel[],
  signedFor: string | undefined,
  request: SignedRequest,
): Asked {
  const target = String(request.headers['x-amz-target'] ?? '')
  const [prefix, action = ''] = target.split('.')
  if (signedFor === 's3') return s3(request)
  const form = new URLSearchParams(request.body.toString())
  const model = models.find(({ head }) =>
    target === '' ? head.signingName === (signedFor ?? 'sts') : head.targetPrefix === prefix,
  )
  const operation = target === '' ? (form.get('Action') ?? '') : action
  const described = model && Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined
  const isVersion = target !== '' || form.get('Version') === model?.head.apiVersion
  const parameters = model && readParameters(model, described?.input, request, form)
  return {
    service: model?.name ?? 'none',
    operation,
    parameters: parameters ?? {},
    model,
    described: isVersion ? described : undefined,
  }
}

function s3({ method, path, query }: SignedRequest): Asked {
  const { operation, parameters } = readS3(method, path, new URLSearchParams(query))
  return { service: 's3', operation, parameters, model: undefined, described: { errors: {} } }
}

function readParameters(model: ServiceModel, input: string | undefined, request: SignedRequest, form: URLSearchParams) {
  const value = model.head.protocol === 'query' ? readForm(model, input, form) : parsed(request.body.toString())
  return value !== null && typeof value === 'object' ? { ...value } : undefined
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export function writeAnswer({ service, operation, model, described }: Asked, answer: unknown): Reply {
  const requestId = randomUUID()
  const headers = { 'x-amzn-requestid': requestId }
  if (service === 's3' || !model)
    return { status: 200, headers: s3Headers(String(answer ?? '')), body: String(answer ?? '') }
  const output = described?.output
  if (model.head.protocol === 'json') {
    const body = JSON.stringify(output === undefined ? {} : toJson(model, output, answer))
    return { status: 200, headers: { ...headers, 'content-type': 'application/x-amz-json-1.1' }, body }
  }
  const { resultWrapper } = described ?? {}
  const content = output === undefined ? '' : `<${resultWrapper}>${writeXml(model, output, answer)}</${resultWrapper}>`
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
  const body = `<${operation}Response xmlns="${model.head.xmlNamespace}">${content}${metadata}</${operation}Response>`
  return { status: 200, headers: { ...headers, 'content-type': 'text/xml' }, body }
}

function s3Headers(body: string) {
  return { 'content-type': body.startsWith('<?xml') ? 'application/xml' : 'binary/octet-stream', etag: '"0"' }
}

/** Times are seconds there. */
function toJson(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = model.shape(shapeName)
  if (shape.type === 'timestamp') return Number(value) / 1000
  if (shape.type === 'list' && Array.isArray(value))
    return value.map((each) => toJson(model, shape.member?.shape ?? '', each))
  if (shape.type !== 'structure' || value === null || typeof value !== 'object') return value
  const members = Object.entries(value).map(([name, inner]) => [
    name,
    toJson(model, shape.members[name]?.shape ?? '', inner),
  ])
  return Object.fromEntries(members)
}

export function writeRefusal({ service, model }: Pick<Asked, 'service' | 'model'>, refusal: Refusal): Reply {
  const requestId = randomUUID()
  const { code, status, message, headers } = spoken(service, model, refusal)
  if (model?.head.protocol === 'json') {
    const body = JSON.stringify({ __type: code, Message: message })
    const type = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code }
    return { status, headers: { ...headers, ...type, 'x-amzn-requestid': requestId }, body }
  }
  const inner = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`
  const id = `<RequestId>${requestId}</RequestId>`
  const whole = `<Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>${inner}</Error>${id}`
  const body =
    service === 's3'
      ? `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}${id}</Error>`
      : `<ErrorResponse xmlns="${model?.head.xmlNamespace ?? ''}">${whole}</ErrorResponse>`
  return { status, headers: { ...headers, 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body }
}

const jsonCodes: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  InternalFailure: 'InternalServerException',
  InvalidAction: 'UnknownOperationException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MalformedPolicyDocument: 'ValidationException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  NoSuchEntity: 'ResourceNotFoundException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  Throttling: 'ThrottlingException',
  ValidationError: 'ValidationException',
}

const s3Codes: Readonly<Record<string, string>> = {
  InvalidClientTokenId: 'InvalidAccessKeyId',
  InternalFailure: 'InternalError',
}

/** The same refusal in the words of the service. */
function spoken(service: string, model: ServiceModel | undefined, refusal: Refusal): Refusal {
  const { code, status, message, headers } = refusal
  if (model?.head.protocol === 'json')
    return new Refusal(jsonCodes[code] ?? code, status < 500 ? 400 : status, message, headers)
  if (service === 's3') return new Refusal(s3Codes[code] ?? code, status, message, headers)
  return service === 'iam' && code === 'InternalFailure'
    ? new Refusal('ServiceFailure', status, message, headers)
    : refusal
}

/** Any service may say these, although no operation lists them. */
const common = new Set([
  'AccessDenied',
  'ExpiredToken',
  'InternalFailure',
  'InvalidAction',
  'InvalidClientTokenId',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
  'ServiceUnavailable',
  'Throttling',
  'ValidationError',
])

/** Whether the operation is described to be refused like this. */
export function refusalProblems({ service, model, described }: Asked, refusal: Refusal): string[] {
  if (service === 's3' || !described || common.has(refusal.code)) return []
  const { code } = spoken(service, model, refusal)
  return Object.hasOwn(described.errors, code) ? [] : [`refusal ${code} is not described`]
}
