import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'

export interface Route {
  readonly method: string
  readonly url: string
}

/** Fastify tells of every server that is made: what it routes is heard from itself, whoever added it. */
export async function routesOfWhat<T>(
  starts: () => Promise<T>,
): Promise<{ readonly started: T; readonly routes: readonly Route[] }> {
  const routes: Route[] = []
  const collect = (message: unknown) => {
    const { fastify } = message as { readonly fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url })
    })
  }
  subscribe('fastify.initialization', collect)
  const started = await starts()
  unsubscribe('fastify.initialization', collect)
  return { started, routes }
}
