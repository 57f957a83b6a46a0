import type { Call, Operation } from './call.ts'
import { text } from './call.ts'
import { escapeXml } from './query-protocol.ts'
import { Refusal } from './refusal.ts'
import { held } from './state.ts'

/** The service in which a credential is put to use: reading, in the path style. */
export const s3Operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['ListBuckets', { needs: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }], answer: listBuckets }],
  ['ListObjectsV2', { needs: listNeeds, answer: listObjects }],
  ['GetObject', { needs: objectNeeds, answer: getObject }],
  ['HeadObject', { needs: objectNeeds, answer: getObject }],
])

/** What a request to S3 asks for; the parameters come from the path and the query. */
export function readS3(method: string, path: string, query: URLSearchParams) {
  const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent)
  const key = rest.join('/')
  const parameters = { ...Object.fromEntries(query), Bucket: bucket, Key: key }
  if (key !== '') return { operation: { GET: 'GetObject', HEAD: 'HeadObject' }[method] ?? method, parameters }
  if (method !== 'GET') return { operation: `${method} of a bucket`, parameters }
  return { operation: bucket === '' ? 'ListBuckets' : 'ListObjectsV2', parameters }
}

function listBuckets({ state, caller }: Call): string {
  const names = Object.keys(state.buckets).filter((name) => state.buckets[name]?.account === caller.account)
  const buckets = names.map(
    (name) => `<Bucket><Name>${escapeXml(name)}</Name><CreationDate>2020-01-01T00:00:00.000Z</CreationDate></Bucket>`,
  )
  const owner = `<Owner><ID>${caller.account}</ID></Owner>`
  return document('ListAllMyBucketsResult', `${owner}<Buckets>${buckets.join('')}</Buckets>`)
}

function listObjects(call: Call): string {
  const [prefix, delimiter] = [text(call, 'prefix'), text(call, 'delimiter')]
  const keys = Object.entries(objects(call)).filter(([key]) => key.startsWith(prefix))
  const folders = new Set<string>()
  const files = keys.filter(([key]) => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    if (end >= 0) folders.add(key.slice(0, end + 1))
    return end < 0
  })
  const contents = files.map(([key, content]) => {
    const facts = `<LastModified>2020-01-01T00:00:00.000Z</LastModified><ETag>"0"</ETag><Size>${content.length}</Size>`
    return `<Contents><Key>${escapeXml(key)}</Key>${facts}<StorageClass>STANDARD</StorageClass></Contents>`
  })
  const prefixes = [...folders].map((each) => `<CommonPrefixes><Prefix>${escapeXml(each)}</Prefix></CommonPrefixes>`)
  const head = `<Name>${escapeXml(text(call, 'Bucket'))}</Name><Prefix>${escapeXml(prefix)}</Prefix><IsTruncated>false</IsTruncated>`
  const count = `<KeyCount>${files.length + folders.size}</KeyCount><MaxKeys>1000</MaxKeys>`
  return document('ListBucketResult', head + count + contents.join('') + prefixes.join(''))
}

function getObject(call: Call): string {
  const content = held(objects(call), text(call, 'Key'))
  if (content === undefined) throw new Refusal('NoSuchKey', 404, 'The specified key does not exist.')
  return content
}

/** Another account's bucket has no policy that lets anybody in. */
function objects({ state, caller, ...call }: Call): Record<string, string> {
  const bucket = held(state.buckets, text(call, 'Bucket'))
  if (!bucket) throw new Refusal('NoSuchBucket', 404, 'The specified bucket does not exist')
  if (bucket.account !== caller.account) throw new Refusal('AccessDenied', 403, 'Access Denied')
  return bucket.objects
}

function listNeeds(call: Call) {
  const resource = `arn:aws:s3:::${text(call, 'Bucket')}`
  return [{ action: 's3:ListBucket', resource, context: { ...ofBucket(call), 's3:prefix': text(call, 'prefix') } }]
}

function objectNeeds(call: Call) {
  const resourcePolicy = held(call.state.buckets, text(call, 'Bucket'))?.policy
  return [{ action: 's3:GetObject', resource: objectArn(call), context: ofBucket(call), resourcePolicy }]
}

function objectArn(call: Call): string {
  return `arn:aws:s3:::${text(call, 'Bucket')}/${text(call, 'Key')}`
}

function ofBucket(call: Call): { 'aws:resourceaccount': string } {
  return { 'aws:resourceaccount': held(call.state.buckets, text(call, 'Bucket'))?.account ?? '' }
}

function document(name: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${name}>`
}
