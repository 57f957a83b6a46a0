import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'

/** Made from the same schemas that the routes check by. */
export function openapiRoute(): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get('/openapi.json', { schema: { summary: 'This description' } }, async () => scope.swagger())
  }
}
