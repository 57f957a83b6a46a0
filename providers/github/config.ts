import { createPrivateKey } from 'node:crypto'
import { z } from 'zod'
import { nearestWord } from '../../src/core/nearest-word.ts'
import { fail, ok, type Result } from '../../src/core/result.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Problem } from '../../src/ports/provider.ts'

export type GithubConfig = {
  /** As written; GitHub compares it without case. */
  readonly org: string
  /** Without a slash at its end: `https://api.github.com`, on GitHub Enterprise Server `https://HOST/api/v3`. */
  readonly apiUrl: string
  /** Whether a team role may invite somebody from outside to the organisation. */
  readonly invite: boolean
  readonly credential: GithubCredential
  /** Beside a token the App only issues tokens for agents. */
  readonly app?: GithubAppConfig
}

export type GithubCredential =
  | { readonly kind: 'token'; readonly token: Secret }
  | ({ readonly kind: 'app' } & GithubAppConfig)

export type GithubAppConfig = { readonly id: string; readonly privateKey: Secret; readonly installationId: number }

/** The provider's `config`, all problems at once. A substituted value comes as a `Secret`, whatever it is for. */
export function parseGithubConfig(raw: unknown): Result<GithubConfig, readonly Problem[]> {
  const parsed = schema.safeParse(raw)
  const problems = [...(parsed.success ? [] : parsed.error.issues.flatMap(problemsOf)), ...withoutCredential(raw)]
  if (!parsed.success || problems.length > 0) return fail(problems)
  const { org, token, api_url: apiUrl, invite, app } = parsed.data
  const credential: GithubCredential | undefined = token ? { kind: 'token', token } : app && { kind: 'app', ...app }
  if (!credential) return fail([noCredential])
  return ok({ org, apiUrl, invite, credential, ...(app && { app }) })
}

/** A plain text, or one that was substituted. */
const text = z.union([z.string(), z.instanceof(Secret).transform((secret) => secret.reveal())], { error: 'a text' })
const secret = text
  .transform((value) => value.trim())
  .pipe(z.string().min(1))
  .transform((value) => new Secret(value))

const appSchema = z.strictObject({
  id: z
    .union([z.number().int().positive().transform(String), text])
    .refine((value) => /^[\w.]{1,60}$/.test(value), { error: "the App's id" }),
  private_key: text.transform((value, context) => {
    const key = privateKeyIn(value)
    if (key) return key
    context.addIssue({ code: 'custom', message: "the App's private key in PEM" })
    return z.NEVER
  }),
  installation_id: z
    .union([z.number(), text.transform(Number)])
    .refine((value) => Number.isSafeInteger(value) && value > 0, { error: "the number of the App's installation" }),
})

const schema = z.strictObject(
  {
    org: text.refine((value) => /^[a-z\d][a-z\d-]{0,38}$/i.test(value), {
      error: "the organisation's name, such as acme",
    }),
    token: secret.optional(),
    api_url: text.default('https://api.github.com').transform((value, context) => {
      const address = apiAddressIn(value)
      if (address) return address
      context.addIssue({ code: 'custom', message: 'an https address, such as https://api.github.com' })
      return z.NEVER
    }),
    invite: z.boolean({ error: 'true or false' }).default(false),
    app: appSchema
      .transform(({ id, private_key, installation_id }) => ({
        id,
        privateKey: private_key,
        installationId: installation_id,
      }))
      .optional(),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'the keys org, and token or app' : undefined) },
)

const noCredential: Problem = { path: ['token'], expected: 'a token, or an app in its place' }

function withoutCredential(raw: unknown): Problem[] {
  if (raw === null || typeof raw !== 'object') return []
  return 'token' in raw || 'app' in raw ? [] : [noCredential]
}

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  if (issue.code !== 'unrecognized_keys') return [{ path, expected: expectedOf(issue) }]
  const known = Object.keys(path[0] === 'app' ? appSchema.shape : schema.shape)
  return issue.keys.map((key) => {
    const suggestion = nearestWord(key, known)
    return { path: [...path, key], expected: `one of ${known.join(', ')}`, ...(suggestion && { suggestion }) }
  })
}

const expectations: Readonly<Record<string, string>> = {
  org: "the organisation's name, such as acme",
  token: 'a token that is not empty',
  api_url: 'an https address, such as https://api.github.com',
  app: 'the keys id, private_key and installation_id',
  'app.id': "the App's id",
  'app.private_key': "the App's private key in PEM",
  'app.installation_id': "the number of the App's installation",
}

/** zod's own messages may repeat what was written; these never do. */
function expectedOf(issue: z.core.$ZodIssue): string {
  return expectations[issue.path.join('.')] ?? (issue.path[0] === 'invite' ? 'true or false' : issue.message)
}

function privateKeyIn(pem: string): Secret | undefined {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'))
    if (key.asymmetricKeyType !== 'rsa') return undefined
    return new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
  } catch {
    return undefined
  }
}

/** Plain http is for doubles on this machine: elsewhere the token would be readable on the way. */
function apiAddressIn(value: string): string | undefined {
  const url = URL.parse(value)
  if (!url || url.username || url.password || url.search || url.hash) return undefined
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return undefined
  return url.href.replace(/\/+$/, '')
}
