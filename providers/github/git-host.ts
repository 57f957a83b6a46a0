/** `api.github.com` and `api.acme.ghe.com` serve the git of the host without `api.`; a server of one's own serves both. */
export function gitHostOf(apiUrl: string): string {
  const { host, pathname } = new URL(apiUrl)
  return pathname === '/' ? host.replace(/^api\./, '') : host
}
