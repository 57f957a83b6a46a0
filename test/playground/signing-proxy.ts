import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import type { TeamsTenant } from '../doubles/teams/tenant.ts'

export interface SigningProxy {
  readonly url: string
  /** What the product answered, in the order of asking. */
  readonly answers: { readonly type: string; readonly status: number }[]
  close(): Promise<void>
}

const activity = z.looseObject({ type: z.string(), serviceUrl: z.string() })

/**
 * Signs what the playground says, as Teams does: a playground without an account of Microsoft's signs nothing, and the product
 * takes nothing that is not signed. The body goes on byte for byte. Calls to the connector do not come through here: all that
 * the product asks of a member (tenant, role, object id, address) the playground says by itself.
 */
export async function startSigningProxy(target: string, tenant: TeamsTenant): Promise<SigningProxy> {
  const answers: SigningProxy['answers'] = []
  const forward = async (body: string) => {
    const { type, serviceUrl } = activity.parse(JSON.parse(body))
    const token = await tenant.sign({ claims: { serviceurl: serviceUrl } })
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const answer = await fetch(`${target}/api/messages`, { method: 'POST', headers, body })
    answers.push({ type, status: answer.status })
    return { status: answer.status, text: await answer.text() }
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const answer = await forward(Buffer.concat(chunks).toString('utf8')).catch((error: unknown) => ({
      status: 502,
      text: JSON.stringify({ error: String(error) }),
    }))
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
