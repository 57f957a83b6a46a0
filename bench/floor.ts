// The floor under every acknowledgement: a bare Fastify that checks the signature and says yes, in a process of its own.
import Fastify from 'fastify'
import { verifySignature } from '../bots/slack/verify-signature.ts'
import { Secret } from '../src/core/secret.ts'

const secrets = [new Secret(process.env['SLACK_SIGNING_SECRET'] ?? '')]
const server = Fastify()
server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
)
server.post('/slack/events', async ({ headers, body }, reply) => {
  const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  const timestamp = headers['x-slack-request-timestamp']
  const given = { raw, timestamp, signature: headers['x-slack-signature'] }
  const verdict = verifySignature(given, secrets, Math.floor(Date.now() / 1000))
  return reply.code(verdict === 'genuine' ? 200 : 401).send()
})
server.get('/readyz', async () => 'ready')
await server.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
