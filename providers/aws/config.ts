import { z } from 'zod'
import { nearestWord } from '../../src/core/nearest-word.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Problem } from '../../src/ports/provider.ts'

/** An account with its IAM, or an Identity Center: the people of the two have different ids. */
export type AwsConfig = AccountConfig | IdentityCenterConfig

/** How AWS is reached, and as whom. */
export interface AwsReach {
  readonly region: string
  /** Another endpoint for all services; without it AWS's own, or what `AWS_ENDPOINT_URL` says to the SDK. */
  readonly endpoint: string | undefined
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string
  /** Undefined: the SDK's own chain. */
  readonly keys: AwsKeys | undefined
  /** A role that is assumed with them for every call of ours. */
  readonly assume: { readonly roleArn: string; readonly externalId: string | undefined } | undefined
}

export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: Secret
  readonly sessionToken: Secret | undefined
}

export interface AccountConfig extends AwsReach {
  readonly kind: 'account'
  readonly account: string
  readonly session: SessionConfig | undefined
}

export interface SessionConfig {
  /** The name of the role, with its path, that sessions are made of: `ThandSession`. */
  readonly role: string
  /** Its MaxSessionDuration. */
  readonly secondsMax: number
  /** Where a browser is signed in with a session; undefined: nowhere. */
  readonly console: { readonly federation: string; readonly destination: string } | undefined
}

export interface IdentityCenterConfig extends AwsReach {
  readonly kind: 'identity_center'
  readonly instanceArn: string
  readonly identityStoreId: string
}

/** The provider's `config`, all problems at once. A substituted value comes as a `Secret`, whatever it is for. */
export function parseAwsConfig(raw: unknown): Result<AwsConfig, readonly Problem[]> {
  const parsed = schema.safeParse(raw)
  if (!parsed.success) return fail(parsed.error.issues.flatMap(problemsOf))
  const { account, identity_center: center, session, assume_role: assume, ...written } = parsed.data
  const { region, endpoint, partition, keys } = written
  if ((account === undefined) === (center === undefined)) return fail([oneOfBoth])
  const assumed = assume && { roleArn: assume.arn, externalId: assume.external_id }
  const reach: AwsReach = { region, endpoint, partition, keys: keys && keysOf(keys), assume: assumed }
  if (center !== undefined) {
    if (session !== undefined) return fail([{ path: ['session'], expected: 'no session beside identity_center' }])
    const { instance_arn: instanceArn, identity_store_id: identityStoreId } = center
    return ok({ kind: 'identity_center', ...reach, instanceArn, identityStoreId })
  }
  if (account === undefined) return fail([oneOfBoth])
  return ok({ kind: 'account', ...reach, account, session: session && sessionOf(session, partition) })
}

const oneOfBoth: Problem = { path: ['account'], expected: 'an account, or an identity_center in its place' }

/** A plain text, or one that was substituted. */
const text = z.union([z.string(), z.instanceof(Secret).transform((secret) => secret.reveal())], { error: 'a text' })
const filled = (expected: string, pattern = /^\S+$/) => text.refine((value) => pattern.test(value), { error: expected })
const address = (expected: string) =>
  text.transform((value, context) => {
    const url = addressIn(value)
    if (url !== undefined) return url
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })

const sessionSchema = z.strictObject({
  role: filled('the name of a role, such as ThandSession', /^[\w+=,.@/-]{1,512}$/),
  max_duration: z.number().int().min(900).max(43_200).default(3600),
  console: z
    .union([
      z.boolean(),
      z.strictObject({
        federation: address('an https address').optional(),
        destination: address('an https address').optional(),
      }),
    ])
    .default(false),
})

const schema = z.strictObject({
  account: z
    .union([z.number().transform(String), text])
    .refine((value) => /^\d{12}$/.test(value), { error: 'the 12 digits of the account, in quotes' })
    .optional(),
  region: filled('a region, such as eu-west-1', /^[a-z]{2}(-[a-z]+)+-\d$/).default('us-east-1'),
  partition: z.enum(['aws', 'aws-cn', 'aws-us-gov'], { error: 'aws, aws-cn or aws-us-gov' }).default('aws'),
  endpoint: address('an https address').optional(),
  keys: z
    .strictObject({
      access_key_id: filled('an access key'),
      secret_access_key: filled('a secret key'),
      session_token: filled('a session token').optional(),
    })
    .optional(),
  assume_role: z
    .strictObject({
      arn: filled('the ARN of a role', /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/),
      external_id: filled('an external id').optional(),
    })
    .optional(),
  session: sessionSchema.optional(),
  identity_center: z
    .strictObject({
      instance_arn: filled('the ARN of the instance', /^arn:aws[\w-]*:sso:::instance\/(sso)?ins-[\w.-]{16}$/),
      identity_store_id: filled('the id of its identity store', /^d-[0-9a-f]{10}$|^[0-9a-f-]{36}$/),
    })
    .optional(),
})

function keysOf(keys: NonNullable<z.output<typeof schema>['keys']>): AwsKeys {
  const { access_key_id: accessKeyId, secret_access_key: secretKey, session_token: token } = keys
  const sessionToken = token === undefined ? undefined : new Secret(token)
  return { accessKeyId, secretAccessKey: new Secret(secretKey), sessionToken }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html */
const CONSOLES: Readonly<Record<string, readonly [federation: string, destination: string]>> = {
  aws: ['https://signin.aws.amazon.com/federation', 'https://console.aws.amazon.com/'],
  'aws-cn': ['https://signin.amazonaws.cn/federation', 'https://console.amazonaws.cn/'],
  'aws-us-gov': ['https://signin.amazonaws-us-gov.com/federation', 'https://console.amazonaws-us-gov.com/'],
}

function sessionOf(session: z.output<typeof sessionSchema>, partition: string): SessionConfig {
  const { role, max_duration: secondsMax, console: written } = session
  const [federation = '', destination = ''] = CONSOLES[partition] ?? []
  const ours = written === true ? {} : written
  const console = ours === false ? undefined : { federation, destination, ...withoutNothing(ours) }
  return { role: role.replace(/^\/+/, ''), secondsMax, console }
}

function withoutNothing(some: { federation?: string | undefined; destination?: string | undefined }) {
  return {
    ...(some.federation === undefined ? {} : { federation: some.federation }),
    ...(some.destination === undefined ? {} : { destination: some.destination }),
  }
}

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  if (issue.code !== 'unrecognized_keys') return [{ path, expected: expectedOf(issue) }]
  const known = Object.keys(path[0] === 'session' ? sessionSchema.shape : schema.shape)
  return issue.keys.map((key) => {
    const suggestion = nearestWord(key, known)
    return { path: [...path, key], expected: `one of ${known.join(', ')}`, ...(suggestion && { suggestion }) }
  })
}

const expectations: Readonly<Record<string, string>> = {
  '': 'the keys account, or identity_center',
  session: 'the keys role, max_duration and console',
  'session.role': 'the name of a role, such as ThandSession',
  'session.max_duration': 'seconds from 900 to 43200: the MaxSessionDuration of the role',
  'session.console': 'true, or the keys federation and destination',
  keys: 'the keys access_key_id and secret_access_key',
  assume_role: 'the keys arn and external_id',
  identity_center: 'the keys instance_arn and identity_store_id',
}

/** zod's own messages may repeat what was written; these never do. */
function expectedOf(issue: z.core.$ZodIssue): string {
  return expectations[issue.path.join('.')] ?? issue.message
}

/** Plain http is for doubles on this machine: elsewhere credentials would be readable on the way. */
function addressIn(value: string): string | undefined {
  const url = URL.parse(value)
  if (!url || url.username || url.password) return undefined
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return undefined
  return url.href
}
