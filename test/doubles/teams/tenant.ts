import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { cardProblems } from './card-rules.ts'
import { answerTo, type Reply } from './connector.ts'
import { FaultPlan } from './faults.ts'

export interface TeamsPerson {
  readonly name: string
  /** `userPrincipalName` */
  readonly address: string
  readonly role?: 'user' | 'guest' | 'anonymous' | 'bot' | undefined
  readonly tenant?: string
}

export interface TeamsMessage {
  readonly id: string
  /** Without its thread. */
  readonly conversation: string
  /** The message that begins the thread it stands in. */
  readonly root: string | undefined
  card: unknown
  readonly history: unknown[]
  summary: string
  /** Who alone sees it. */
  readonly onlyFor: string | undefined
  isDeleted: boolean
}

export interface TeamsTenantOptions {
  readonly people: Readonly<Record<string, TeamsPerson>>
  /** Who is in which channel or group chat, by the key of the person; all of them unless told. */
  readonly channels?: Readonly<Record<string, readonly string[]>>
}

const ISSUER = 'https://api.botframework.com'
export const ACCESS = '19:access@thread.tacv2'

export interface SigningOptions {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly issuer?: string
  readonly audience?: string
  readonly kid?: string
  /** Seconds from now. */
  readonly expiresIn?: number
  readonly notBeforeIn?: number
  readonly key?: CryptoKey
}

/** What the Bot Framework and Teams are to the product: keys and their document, tokens, the connector with its conversations. */
export class TeamsTenant {
  readonly appId = '3a1f0000-0000-4000-8000-00000000b07a'
  readonly password = randomBytes(16).toString('hex')
  readonly tenant = '7e4a0000-0000-4000-8000-0000000acce5'
  readonly faults = new FaultPlan()
  readonly messages: TeamsMessage[] = []
  readonly problems: string[] = []
  readonly calls: { readonly method: string; readonly path: string; readonly at: number }[] = []
  readonly people: TeamsTenantOptions['people']
  readonly channels: Map<string, readonly string[]>
  /** One-to-one conversations by the key of the person. */
  readonly personal = new Map<string, string>()
  readonly tokens = new Set<string>()
  url = ''
  #key: CryptoKey | undefined
  #keys: unknown
  #serial = 1_485_983_194_000
  #stop: () => Promise<void> = async () => undefined

  constructor(options: TeamsTenantOptions) {
    this.people = options.people
    this.channels = new Map(Object.entries(options.channels ?? { [ACCESS]: Object.keys(options.people) }))
  }

  get serviceUrl(): string {
    return `${this.url}/emea/`
  }

  /** What the product is told of it. */
  get env(): Record<string, string> {
    return {
      MicrosoftAppId: this.appId,
      MicrosoftAppPassword: this.password,
      MicrosoftAppTenantId: this.tenant,
      BotOpenIdMetadata: `${this.url}/v1/.well-known/openidconfiguration`,
      ToChannelFromBotLoginUrl: `${this.url}/${this.tenant}`,
      TEAMS_SERVICE_HOSTS: new URL(this.url).host,
    }
  }

  mri(person: string): string {
    return `29:1-${person}`
  }

  objectId(person: string): string {
    return `0b1ec700-0000-4000-8000-${Buffer.from(person).toString('hex').padEnd(12, '0').slice(0, 12)}`
  }

  personOf(member: string): string | undefined {
    return Object.keys(this.people).find((key) => [this.mri(key), this.objectId(key)].includes(member))
  }

  nextId(): string {
    this.#serial += 1
    return String(this.#serial)
  }

  /** Ours are signed as Teams does it. */
  async sign(options: SigningOptions = {}): Promise<string> {
    const key = options.key ?? this.#key
    if (key === undefined) throw new Error('the tenant has not started')
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ serviceurl: this.serviceUrl, ...options.claims })
      .setProtectedHeader({ alg: 'RS256', kid: options.kid ?? 'key-1', typ: 'JWT' })
      .setIssuer(options.issuer ?? ISSUER)
      .setAudience(options.audience ?? this.appId)
      .setIssuedAt(now)
      .setNotBefore(now + (options.notBeforeIn ?? -60))
      .setExpirationTime(now + (options.expiresIn ?? 3600))
      .sign(key)
  }

  /** The key stays, and says that it signs for others. */
  endorse(channels: readonly string[] | undefined): void {
    this.#keys = withEndorsements(this.#keys, channels)
  }

  took(message: Omit<TeamsMessage, 'history' | 'isDeleted'>): void {
    this.checked(message.id, message.card)
    this.messages.push({ ...message, history: [], isDeleted: false })
  }

  checked(id: string, card: unknown): void {
    this.problems.push(...cardProblems(card).map((problem) => `card ${id}: ${problem}`))
  }

  async start(): Promise<this> {
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    this.#key = privateKey
    this.#keys = {
      keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', use: 'sig', alg: 'RS256', endorsements: ['msteams'] }],
    }
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', async () => {
        const path = decodeURIComponent(request.url?.split('?')[0] ?? '')
        const body = Buffer.concat(chunks).toString('utf8')
        this.calls.push({ method: request.method ?? '', path, at: Date.now() })
        const { authorization } = request.headers
        const asked = { method: request.method ?? '', url: request.url ?? '', authorization, body }
        const reply = await this.#answer(path, asked)
        if (reply === 'cut') {
          request.socket.destroy()
          return
        }
        response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
        response.end(reply.body === undefined ? '' : JSON.stringify(reply.body))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.#stop = () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    return this
  }

  close(): Promise<void> {
    return this.#stop()
  }

  async #answer(path: string, asked: Asked): Promise<Reply | 'cut'> {
    if (path === '/v1/.well-known/openidconfiguration')
      return this.faults.around('metadata', () => ({
        status: 200,
        body: { issuer: ISSUER, jwks_uri: `${this.url}/keys` },
      }))
    if (path === '/keys') return this.faults.around('keys', () => ({ status: 200, body: this.#keys }))
    if (path === `/${this.tenant}/oauth2/v2.0/token`) return this.faults.around('token', () => this.#token(asked.body))
    return answerTo(this, path, asked)
  }

  #token(form: string): Reply {
    const given = new URLSearchParams(form)
    const isOurs = given.get('client_id') === this.appId && given.get('client_secret') === this.password
    if (!isOurs || given.get('scope') !== `${ISSUER}/.default` || given.get('grant_type') !== 'client_credentials')
      return { status: 401, body: { error: 'invalid_client' } }
    const token = `app-${randomBytes(12).toString('hex')}`
    this.tokens.add(token)
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: token } }
  }
}

export interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}

function withEndorsements(keys: unknown, endorsements: readonly string[] | undefined): unknown {
  const [key] = (keys as { keys: Record<string, unknown>[] }).keys
  const { endorsements: _, ...rest } = key ?? {}
  return { keys: [endorsements === undefined ? rest : { ...rest, endorsements }] }
}
