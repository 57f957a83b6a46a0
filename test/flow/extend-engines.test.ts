import { expect, test } from 'vitest'
import type { EngineName } from '../support/databases.ts'
import { givenWorld } from '../support/world.ts'

test.each<EngineName>(['postgres', 'embedded'])(
  'on %s: more time is asked for, given, and counted towards what the role allows',
  async (engine) => {
    const world = await givenWorld({ engine })
    const say = (user: string, line: string) => world.client.command(user, line)
    const idIn = (text: string) => /req_\w{8}/.exec(text)?.[0] ?? 'none'
    try {
      const grant = idIn((await say('U0ANN', 'request github:team-sre 20s')).text)
      await say('U0SAM', `approve ${grant}`)
      await world.until('active', () => /^Ann is SRE team.* until/.test(world.text(world.card())))
      const extension = idIn((await say('U0ANN', `extend ${grant} 1h`)).text)
      expect((await say('U0SAM', `approve ${extension}`)).text).toContain('counted')
      const more = await world.until('its card', () =>
        world.thread(world.card()).find((line) => /^Extended until/.test(line)),
      )
      expect(more).toContain(extension)
      expect((await say('U0ANN', `extend ${grant} 3h`)).text).toContain('2 hours 59 minutes more')
      await say('U0ANN', `end ${grant}`)
      await world.until('it ends', () => /^Ended/.test(world.text(world.card())))
      expect([...world.slack.problems, ...world.github.problems]).toEqual([])
    } finally {
      await world.close()
    }
  },
)
