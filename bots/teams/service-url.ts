const OURS = ['smba.trafficmanager.net', 'botframework.com', 'teams.microsoft.com', 'teams.microsoft.us']

/**
 * Whether our token may go there: the address comes with what is heard. `further` are hosts, or `host:port`; plain http is for
 * loopback only, and for nothing in production. https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
export class ServiceUrls {
  readonly #further: readonly string[]
  readonly #isProduction: boolean

  constructor(further: readonly string[], isProduction: boolean) {
    this.#further = further
    this.#isProduction = isProduction
  }

  isOurs(address: string): boolean {
    const url = URL.parse(address)
    if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false
    if (!this.#isSafe(url)) return false
    if (this.#further.includes(url.host)) return true
    const hosts = [...OURS, ...this.#further.filter((each) => !each.includes(':'))]
    return url.port === '' && hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
  }

  #isSafe({ protocol, hostname }: URL): boolean {
    if (protocol === 'https:') return true
    return protocol === 'http:' && !this.#isProduction && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  }
}
