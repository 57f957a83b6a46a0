import { ACCESS, TeamsTenant } from '../doubles/teams/tenant.ts'
import { standardConfig } from '../support/standard-config.ts'
import { withTeams } from '../support/teams-world.ts'
import { givenWorld, TEAMS_PEOPLE, type World } from '../support/world.ts'
import type { Tools } from './packages.ts'
import { freePort, type Playground, startPlayground } from './playground-process.ts'
import { type SigningProxy, startSigningProxy } from './signing-proxy.ts'

export interface Stage {
  readonly world: World
  readonly tenant: TeamsTenant
  readonly proxy: SigningProxy
  readonly playground: Playground
  close(): Promise<void>
}

const { ann, sam, bob, sue } = TEAMS_PEOPLE
const MORE = { pat: { name: 'Pat', address: 'pat@acme.example' }, kim: { name: 'Kim', address: 'kim@acme.example' } }

/** The real server with the doubles of GitHub and of Microsoft's keys; between it and the playground the proxy that signs. */
export async function givenStage(tools: Tools, folder: string): Promise<Stage> {
  const tenant = await new TeamsTenant({ people: { ann, sam, bob, sue, ...MORE } }).start()
  const port = await freePort()
  const world = await givenWorld({
    engine: 'embedded',
    teams: { tenant, isAlone: true },
    env: { TEAMS_SERVICE_HOSTS: `localhost:${port}` },
    yaml: (github) => withTeams(standardConfig(github), tenant.tenant, `teams:${ACCESS}`),
  })
  const proxy = await startSigningProxy(world.server.url, tenant)
  const playground = await startPlayground({ script: tools.playground, folder, port, endpoint: proxy.url, tenant })
  return {
    world,
    tenant,
    proxy,
    playground,
    async close() {
      await playground.close()
      await proxy.close()
      await world.close()
      await tenant.close()
    },
  }
}
