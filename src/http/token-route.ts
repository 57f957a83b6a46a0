import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { takeProof } from '../usecases/device-principal.ts'
import { redeemLogin, refreshTokens, type TokenRefusal } from '../usecases/device-tokens.ts'
import { DEVICE_GRANT, token, tokenBody } from '../wire/device.ts'
import type { ApiDeps } from './api-deps.ts'
import { proofIn } from './authenticate.ts'
import { addressOf } from './our-address.ts'
import { problemOf, Refused, refusedBy } from './problem.ts'
import { type Proof, readProof } from './read-proof.ts'
import { PROBLEM_ANSWERS } from './route-words.ts'
import { speakOauth } from './speak-oauth.ts'

const A_MINUTE = 300

/** Tokens for a login that was confirmed, or for a refresh token; with a proof of the device's key (RFC 9449, section 5). */
export function tokenRoute(deps: ApiDeps): FastifyPluginAsyncZod {
  return async (scope) => {
    speakOauth(scope, deps.log)
    scope.post(
      '/token',
      {
        config: { rateLimit: { max: A_MINUTE, timeWindow: 60_000 } },
        schema: {
          summary: 'Tokens for a confirmed login, or for a refresh token',
          consumes: ['application/x-www-form-urlencoded'],
          body: tokenBody,
          response: { 200: token, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        const { thumbprint } = await provenBy(request, deps)
        const { body } = request
        const issued =
          body.grant_type === DEVICE_GRANT
            ? await redeemLogin(deps, { deviceCode: body.device_code, thumbprint })
            : await refreshTokens(deps, { refreshToken: body.refresh_token, thumbprint })
        if (!issued.ok) throw noTokens(issued.error)
        const { device, person, refreshToken } = issued.value
        return {
          access_token: await deps.tokens.issue({ device: device.id, thumbprint }),
          token_type: 'DPoP' as const,
          expires_in: deps.tokens.lastsSeconds,
          refresh_token: refreshToken,
          device_id: device.id,
          person: person.name,
        }
      },
    )
  }
}

async function provenBy(request: FastifyRequest, deps: ApiDeps): Promise<Proof> {
  const url = addressOf(request, deps.publicUrl)
  const proof = await readProof(proofIn(request), { method: 'POST', url }, deps.clock())
  if (!proof.ok) {
    const why = proof.error.code === 'proof_missing' ? 'the DPoP header is missing' : proof.error.why
    throw oauthProblem('invalid_dpop_proof', why)
  }
  if (!(await takeProof(deps, proof.value.id))) throw oauthProblem('invalid_dpop_proof', 'this proof was used before')
  return proof.value
}

function noTokens(why: TokenRefusal | 'superseded'): Refused {
  return why === 'superseded' ? refusedBy({ code: 'configuration_superseded' }) : oauthProblem(why, WORDS[why])
}

const WORDS: { readonly [C in TokenRefusal]: string } = {
  authorization_pending: 'Nobody has confirmed this device yet',
  slow_down: 'That was too soon: wait 5 seconds more between tries from now on',
  expired_token: 'The code is older than ten minutes. Start again: thand login',
  access_denied: 'The login was refused in chat',
  invalid_grant: 'That code or token serves no more. Log in again: thand login',
}

function oauthProblem(error: TokenRefusal | 'invalid_dpop_proof', detail: string): Refused {
  return new Refused(problemOf({ status: 400, code: error, detail, error, error_description: detail }))
}
