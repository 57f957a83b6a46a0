import postgres from 'postgres'
import { expect, test } from 'vitest'
import { standardConfig } from '../support/standard-config.ts'
import { givenWorld } from '../support/world.ts'

const ROLES = `  guarded:
    enabled: false
    scopes: { allow: { groups: [security] }, deny: { users: [bob@acme.example] } }
    workflows: [two-eyes]
    max_duration: 10m
  maintain:
    inherits: [guarded]
    providers: [github]
    permissions: { allow: [{ operations: ["team:maintainer"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
`

test('a role that inherits is asked for by those alone whom each of its roles allows, and given as it was stored', async () => {
  const world = await givenWorld({ yaml: (github) => standardConfig(github, { roles: ROLES }) })
  const said = async (user: string, line: string) => JSON.stringify((await world.client.command(user, line)).body)
  try {
    for (const user of ['U0ANN', 'U0BOB', 'U0SAM'])
      expect(await said(user, 'request github:maintain 5m')).toMatch(/no role/i)
    expect(await said('U0SUE', 'request github:maintain 11m')).toMatch(/at most 10/)
    expect(await said('U0SUE', 'request github:guarded 5m')).toMatch(/no role/i)
    expect(await said('U0SUE', 'request github:maintain 5m')).toContain('Asked')
    await world.until('a card', () => world.slack.messages.size > 0)
    await world.client.react('U0SAM', world.card(), 'white_check_mark')
    await world.until('maintainer', () => world.github.state.teams['sre']?.['sue-acme'] === 'maintainer')
    const sql = postgres(world.databaseUrl ?? '', { max: 1 })
    const [row] = await sql`select role from request`
    await sql.end()
    const list = (...groups: string[]) => ({ groups, users: [], domains: [] })
    expect(row?.['role'].scopes).toEqual({
      allow: list('platform'),
      within: [list('security')],
      deny: { ...list(), users: ['bob@acme.example'] },
    })
  } finally {
    await world.close()
  }
})
