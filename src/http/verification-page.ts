import type { FastifyPluginAsync } from 'fastify'

export const VERIFICATION_PATH = '/device'

const TEXT = `A device shows you a code? It is confirmed in chat, not here.

In Slack, type (in Teams with @Thand in place of /thand):

    /thand login <the code>

The answer names the device. Press "Yes, this is me" only if you have just started it yourself.
Nobody ever sends you a code. If somebody did: do not type it, and tell whoever runs Thand.
`

/** Where a device sends its person (RFC 8628, section 3.3): says where the code goes, and takes none. */
export const verificationPage: FastifyPluginAsync = async (scope) => {
  scope.get(VERIFICATION_PATH, async (_request, reply) => reply.type('text/plain; charset=utf-8').send(TEXT))
}
