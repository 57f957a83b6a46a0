import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { startLogin } from '../usecases/start-login.ts'
import { deviceAuthorization, deviceAuthorizationBody } from '../wire/device.ts'
import type { ApiDeps } from './api-deps.ts'
import { wrongField } from './call-problems.ts'
import { thumbprintOf } from './device-key.ts'
import { baseOf } from './our-address.ts'
import { PROBLEM_ANSWERS } from './route-words.ts'
import { speakOauth } from './speak-oauth.ts'
import { VERIFICATION_PATH } from './verification-page.ts'

const A_MINUTE = 30

/** A device asks to be logged in: https://www.rfc-editor.org/rfc/rfc8628#section-3.1 */
export function deviceAuthorizationRoute(deps: ApiDeps): FastifyPluginAsyncZod {
  return async (scope) => {
    speakOauth(scope, deps.log)
    scope.post(
      '/device_authorization',
      {
        config: { rateLimit: { max: A_MINUTE, timeWindow: 60_000 } },
        schema: {
          summary: 'A device asks to be logged in',
          consumes: ['application/x-www-form-urlencoded'],
          body: deviceAuthorizationBody,
          response: { 200: deviceAuthorization, ...PROBLEM_ANSWERS },
        },
      },
      async (request) => {
        const { device_name: name, host_name: host, device_key: key } = request.body
        const thumbprint = await thumbprintOf(parsed(key))
        if (thumbprint === undefined) throw wrongField('device_key', 'a public key on P-256 or Ed25519, as a JWK')
        const claims = { name: readable(name), host: readable(host), thumbprint, address: request.ip }
        const started = await startLogin(deps, claims)
        return {
          device_code: started.deviceCode,
          user_code: started.userCode,
          verification_uri: `${baseOf(deps.publicUrl, scope.listeningOrigin, request.headers.host)}${VERIFICATION_PATH}`,
          expires_in: started.expiresInSeconds,
          interval: started.intervalSeconds,
        }
      },
    )
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Names are shown to the person who decides: one line, nothing unseen, nothing turned around. */
function readable(claimed: string): string {
  return claimed.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '').trim() || 'no name'
}
