import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findPrincipal, type Principal } from '../usecases/device-principal.ts'
import type { ApiDeps } from './api-deps.ts'
import { unauthorized } from './call-problems.ts'
import { addressOf } from './our-address.ts'
import { refusedBy } from './problem.ts'
import { readProof } from './read-proof.ts'

const SCHEME = /^DPoP +([\w.~+/=-]+)$/i

const principals = new WeakMap<FastifyRequest, Principal>()

/** The device that acts, and for whom. Only in routes behind `authenticateIn`. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request)
  if (principal === undefined) throw new Error('a route that nothing guards')
  return principal
}

/** Every route of this scope answers only a living device of somebody in good standing, before a body is read. */
export function authenticateIn(scope: FastifyInstance, deps: ApiDeps): void {
  scope.addHook('onRequest', async (request) => {
    principals.set(request, await authenticate(request, deps))
  })
}

async function authenticate(request: FastifyRequest, deps: ApiDeps): Promise<Principal> {
  const { authorization } = request.headers
  if (authorization === undefined) throw unauthorized({ code: 'token_missing' })
  const accessToken = SCHEME.exec(authorization)?.[1]
  if (accessToken === undefined) throw unauthorized({ code: 'token_wrong' })
  const token = await deps.tokens.read(accessToken)
  if (!token.ok) throw unauthorized({ code: token.error })
  const url = addressOf(request, deps.publicUrl)
  const proof = await readProof(proofIn(request), { method: request.method, url, accessToken }, deps.clock())
  if (!proof.ok) throw unauthorized(proof.error)
  if (proof.value.thumbprint !== token.value.thumbprint)
    throw unauthorized({ code: 'proof_wrong', why: 'the token is bound to another key' })
  const principal = await findPrincipal(deps, { ...token.value, proof: proof.value.id })
  if (principal.ok) return principal.value
  if (principal.error === 'superseded') throw refusedBy({ code: 'configuration_superseded' })
  throw unauthorized({ code: principal.error === 'replayed' ? 'proof_replayed' : 'device_ended' })
}

/** Node joins a header that comes twice, which then is no proof. */
export function proofIn({ headers }: FastifyRequest): string | undefined {
  return [headers['dpop']].flat().join(', ') || undefined
}
