import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder'
import { AppCredentials, ClaimsIdentity, ServiceClientCredentialsFactory } from 'botframework-connector'
import type { JWTPayload } from 'jose'
import type { AppToken } from './app-token.ts'
import { ISSUER } from './verify-token.ts'

export interface SdkOptions {
  readonly appId: string
  readonly tenant: string
  readonly token: AppToken
}

/**
 * The SDK's turn around an activity that was verified before it comes here. None of its own ways in is reachable: it never sees
 * a header, only claims of ours.
 */
export class SdkAdapter extends CloudAdapter {
  readonly #authentication: ConfigurationBotFrameworkAuthentication

  constructor(options: SdkOptions) {
    const authentication = new ConfigurationBotFrameworkAuthentication(
      { MicrosoftAppId: options.appId, MicrosoftAppTenantId: options.tenant, MicrosoftAppType: 'SingleTenant' },
      new OurCredentials(options),
    )
    super(authentication)
    this.#authentication = authentication
  }

  /** What of an invoke is answered; undefined for everything else. */
  handle(
    claims: JWTPayload,
    activity: Partial<Activity>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    const named = Object.entries(claims).map(([type, value]) => ({ type, value: String(value) }))
    const claimsIdentity = new ClaimsIdentity(named, true)
    const connectorFactory = this.#authentication.createConnectorFactory(claimsIdentity)
    const verified = { audience: ISSUER, callerId: 'urn:botframework:azure', claimsIdentity, connectorFactory }
    return this.processActivity(verified, activity as Activity, logic)
  }
}

class OurCredentials extends ServiceClientCredentialsFactory {
  readonly #options: SdkOptions

  constructor(options: SdkOptions) {
    super()
    this.#options = options
  }

  async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#options.appId
  }

  async isAuthenticationDisabled(): Promise<boolean> {
    return false
  }

  async createCredentials(): Promise<AppCredentials> {
    return new TokenCredentials(this.#options)
  }
}

class TokenCredentials extends AppCredentials {
  readonly #token: AppToken

  constructor({ appId, tenant, token }: SdkOptions) {
    super(appId, tenant, ISSUER)
    this.#token = token
  }

  protected override async refreshToken() {
    const accessToken = await this.#token.get()
    return { accessToken, expiresOn: new Date(Date.now() + 60_000) }
  }
}
