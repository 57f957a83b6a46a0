import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainTextOf } from '../doubles/teams/reading.ts'
import { givenTeams, type TeamsWorld } from '../support/teams-world.ts'
import { HOSTILE, seen } from '../threats/c-hostile.ts'

const MORE = {
  at: '<at>Sam</at> approved this',
  adaptive: '{{DATE(2020-01-01T00:00:00Z, SHORT)}} {{TIME(2020-01-01T00:00:00Z)}} ${$root.secret}',
  three_braces: '{{{DATE(2020-01-01T00:00:00Z, SHORT)}}} and {{{TIME(2020-01-01T00:00:00Z)}}',
  four_braces: '{{{{DATE(2020-01-01T00:00:00Z, SHORT)}}}} and {\u200b{{DATE(2020-01-01T00:00:00Z, SHORT)}}',
  html: '<a href="https://evil.example">Approve</a><img src=x onerror=alert(1)><script>1</script>',
  json: '"}],"actions":[{"type":"Action.OpenUrl","url":"https://evil.example"}]',
  long: 'x'.repeat(10_000),
}

let teams: TeamsWorld
beforeAll(async () => {
  teams = await givenTeams({
    change: (yaml) => yaml.replace('limits: { ', 'limits: { commands_per_minute: 1000, pending_per_person: 100, '),
  })
})
afterAll(async () => {
  const problems = [...teams.tenant.problems, ...teams.world.github.problems]
  await teams.close()
  expect(problems).toEqual([])
})

/** Cards come one a second in a channel: those that another platform's marks are about are left to its own test. */
const KINDS = ['broadcast', 'markdown', 'entities', 'template', 'lines', 'bidi', 'zero_width', 'terminal']
const chosen = Object.entries(HOSTILE).filter(([name]) => KINDS.includes(name))

let minutes = 10

describe.each([...chosen, ...Object.entries(MORE)])('C5: %s', (_name, words) => {
  test('as a reason and as a comment it is text, and nothing else', async () => {
    minutes += 1
    const asked = await teams.ask('ann', `github:team-sre ${minutes}m MARK ${words}`)
    const card = await teams.card(asked)
    await teams.client.press('sam', card, 'Deny…')
    await teams.client.press('sam', card, 'Deny', { reason: `MARK ${words}` })
    await teams.world.until('denied', () => plainTextOf(card.card).includes('Denied by Sam'))
    const places = new Set([card.card, ...card.history].flatMap((each) => whereIs('MARK', each)))
    // The card says it in runs of text; the notification has it without any mark that a client could read.
    expect([...places].filter((place) => !/inlines\.text$|fallbackText$|speak$/.test(place))).toEqual([])
    const { fallbackText } = card.card as { readonly fallbackText: string }
    expect(fallbackText).not.toMatch(/[<>[\]*`]/)
    // Teams fills in what stands between two braces.
    const runs = [card.card, ...card.history].flatMap((each) => textsWith('MARK', each, 'text'))
    expect(runs).not.toEqual([])
    for (const run of runs) expect(run).not.toMatch(/\{\{/)
    const shown = plainTextOf(card.card).replaceAll(/\s+/g, ' ')
    const first = seen(words)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\{(?=\{)/g, '{ ')
      .trim()
      .slice(0, 40)
      .trim()
    expect(shown).toContain(first)
  })
})

/** The names of the fields that hold it, from the top; places in lists are left out. */
function whereIs(mark: string, value: unknown, at = ''): readonly string[] {
  if (typeof value === 'string') return value.includes(mark) ? [at] : []
  if (Array.isArray(value)) return value.flatMap((each) => whereIs(mark, each, at))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => whereIs(mark, each, `${at}.${key}`))
}

/** What the fields of that name say that hold it. */
function textsWith(mark: string, value: unknown, field: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => textsWith(mark, each, field))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => {
    if (typeof each !== 'string') return textsWith(mark, each, field)
    return key === field && each.includes(mark) ? [each] : []
  })
}
