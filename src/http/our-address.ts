import type { FastifyRequest } from 'fastify'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const EVERYWHERE = /^(?:0\.0\.0\.0|\[::\])$/

/**
 * The address of this call as a proof has to name it: under the public one where there is one, whatever a `Host` header says.
 * Without one we are for this machine, under any of its own names.
 */
export function addressOf(request: FastifyRequest, publicUrl: string | undefined): string {
  const path = request.url.split('?', 1)[0] ?? '/'
  return `${baseOf(publicUrl, request.server.listeningOrigin, request.headers.host)}${path}`
}

/** Without a slash at its end. */
export function baseOf(publicUrl: string | undefined, listening: string, called: string | undefined): string {
  const own = URL.parse(listening)
  const by = called === undefined ? null : URL.parse(`http://${called}`)
  if (publicUrl !== undefined || own === null || by === null) return publicUrl ?? listening
  const isHere = LOOPBACK.test(own.hostname) || EVERYWHERE.test(own.hostname)
  return isHere && LOOPBACK.test(by.hostname) && own.port === by.port ? by.origin : own.origin
}
