import { expect, test } from 'vitest'
import type { EngineName } from '../support/databases.ts'
import { givenWorld } from '../support/world.ts'

test.each<EngineName>(['postgres', 'embedded'])(
  'on %s: more time is asked for, given, and counted towards what the role allows',
  async (engine) => {
    const world = await givenWorld({ engine })
    const { client, slack, until } = world
    const root = () => (slack.messages.size === 0 ? '' : world.text(world.card()))
    const idIn = (text: string) => /req_\w{8}/.exec(text)?.[0] ?? 'none'
    const inThread = (words: RegExp) => world.thread(world.card()).find((line) => words.test(line))
    try {
      await client.command('U0ANN', 'request github:team-sre 10m')
      const grant = await until('the card', () => root() !== '' && idIn(root()))
      await client.press('U0SAM', world.card(), 'Approve')
      await until('active', () => /^Ann is SRE team.* until/.test(root()))
      await client.command('U0ANN', `extend ${grant} 1h`)
      const extension = await until('its card', () => inThread(/^Ann asks for 1 hour more/))
      await client.command('U0SAM', `approve ${idIn(extension)}`)
      await until('it is given', () => inThread(/^Extended until/))
      await client.command('U0ANN', `extend ${grant} 4h`)
      await client.command('U0ANN', `extend ${grant} 2h50m`)
      expect(idIn(await until('what is left', () => inThread(/^Ann asks for 2 hours 50 minutes more/)))).not.toBe(
        'none',
      )
      expect(inThread(/^Ann asks for 4 hours more/)).toBeUndefined()
      await client.command('U0ANN', `end ${grant}`)
      await until('it ends', () => /^Ended/.test(root()))
      await until('what waited lapses', () => inThread(/^Lapsed: the access had ended/))
      expect([...slack.problems, ...world.github.problems]).toEqual([])
    } finally {
      await world.close()
    }
  },
)
