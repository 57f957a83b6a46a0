import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { standardConfig } from '../support/standard-config.ts'
import { givenStage, type Stage, yamlWith } from './b-stage.ts'
import { folderWith, type Ran, thand } from './c-cli.ts'
import { HOSTILE } from './c-hostile.ts'
import { raw, settled, signed } from './c-stage.ts'

const GOOD = standardConfig({ url: 'https://api.github.com' })
const ENV = { GITHUB_TOKEN: 'ghp_test' }

function validate(yaml: string | Buffer, name = 'thand.yaml'): Promise<Ran> {
  return thand(['validate', path.join(folderWith({ [name]: yaml }), name)], ENV)
}

describe('C6: a configuration that means harm', () => {
  const bomb = Array.from(
    { length: 14 },
    (_, n) =>
      `a${n}: &a${n} [${Array(10)
        .fill(n ? `*a${n - 1}` : 'x')
        .join(', ')}]`,
  )
  const withPattern = (pattern: string) =>
    GOOD.replace(
      'default_duration: 30m',
      () => `default_duration: 30m\n    reason: { pattern: ${JSON.stringify(pattern)} }`,
    )

  test('a good one is fine, so that the bad ones say something', async () => {
    expect(await validate(GOOD)).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    ['a bomb of aliases', bomb.join('\n'), /at most 100 uses of YAML aliases/],
    ['aliases of maps, nested', 'a: &a { b: &b { c: &c { d: *a } } }\nx: *a', /at most 32 levels|YAML/],
    ['a hundred thousand levels', '['.repeat(100_000), /not nested this deep|closing/],
    ['a million blanks', `a: ${' '.repeat(1_000_000)}\n: b`, /expected/],
    [
      '__proto__',
      GOOD.replace('people:\n', 'people:\n  __proto__: { name: Eve, groups: [security] }\n'),
      /no key named __proto__/,
    ],
    [
      'constructor',
      GOOD.replace('roles:\n', 'roles:\n  constructor: { prototype: { isEnabled: true } }\n'),
      /no key named constructor/,
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), /UTF-8/],
    ['a pattern that looks ahead', withPattern('(?=a)+b'), /RE2/],
    ['a pattern that looks back at itself', withPattern('(a+)\\1'), /RE2/],
    ['a pattern that grows', withPattern('((a{1,30}){1,30}){1,30}'), /RE2/],
  ])('%s ends with 2, soon, and says where', async (_what, yaml, words) => {
    const { code, stderr, stdout, ms } = await validate(yaml)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(words)
    expect(stderr).toMatch(/thand\.yaml:\d+:\d+: /)
    expect(stderr.length).toBeLessThan(20_000)
    expect(ms).toBeLessThan(15_000)
  })
})

describe('C5: what a terminal shows of a file moves no cursor and turns no text around', () => {
  const HARM = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u
  const text = JSON.stringify(`${HOSTILE['terminal']}${HOSTILE['bidi']}${HOSTILE['zero_width']}`)
  const bare = `${HOSTILE['terminal']}${HOSTILE['bidi']}`

  test.each([
    ['in a name', GOOD.replace('name: Ann', () => `name: ${text}`)],
    ['as a key', GOOD.replace('limits: {', () => `limits: { ${text}: 1,`)],
    ['as a group', GOOD.replace('groups: [security]', () => `groups: [${text}]`)],
    ['as an operation', GOOD.replace('"org:admin"', () => text)],
    ['bare, where YAML does not allow it', GOOD.replace('Security approves', () => bare)],
    ['in a line with another mistake', GOOD.replace('org: acme,', () => `org: acme, ${text}: ${text}, orgg: x,`)],
  ])('%s', async (_what, yaml) => {
    const { code, stdout, stderr } = await validate(yaml)
    expect(code).toBe(2)
    expect(stderr).toMatch(/expected/)
    expect(stdout + stderr).not.toMatch(HARM)
  })

  test('in the name of the file, of a platform, of a command, of a variable', async () => {
    const name = `a\u001b[31m\u202eb.yaml`
    const ran = await Promise.all([
      validate('[', name),
      thand(['validate', `/nowhere/${bare.replaceAll('\u0000', '')}`], ENV),
      thand(['manifest', `\u001b[31m\u202eslack`]),
      thand([`\u001b[31m\u202eserve`]),
      thand(['validate'], { ...ENV, LOG_LEVEL: '\u001b[31minfo', PORT: '\u001b[2J' }),
    ])
    for (const { code, stdout, stderr } of ran) {
      expect(code).toBe(2)
      expect(stderr.trim()).not.toBe('')
      expect(stdout + stderr).not.toMatch(HARM)
    }
  })
})

describe('C6: what comes in', () => {
  let stage: Stage
  beforeAll(async () => {
    const patterns = { nested: '(a+)+!', either: '(a|a)*b', greedy: '(.*)*x', counted: '(?:(?:a{0,100}){0,10})!' }
    const roles = Object.entries(patterns).map(
      ([key, pattern]) => `  ${key}:
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    reason: { pattern: ${JSON.stringify(pattern)} }
`,
    )
    stage = await givenStage({ yaml: (github) => yamlWith(github, { roles: roles.join('') }) })
    await stage.say('U0ANN', 'mine')
  })
  afterAll(() => stage.close())

  test.each(['nested', 'either', 'greedy', 'counted'])(
    'a reason made for backtracking is refused in time by the pattern “%s”',
    async (role) => {
      const began = performance.now()
      expect(await stage.say('U0ANN', `request github:${role} 5m ${'a'.repeat(2000)}`)).toMatch(
        /does not have the form/,
      )
      // However busy the machine is: a pattern that backtracks over 2000 letters takes longer than the universe has been there.
      expect(performance.now() - began).toBeLessThan(20_000)
    },
  )

  test('keys that pollute, in every payload and at every level, leave no trace and do nothing', async () => {
    const before = await settled(stage.sql)
    const own = Object.getOwnPropertyNames(Object.prototype).length
    const evil = '"__proto__":{"isAdmin":true,"login":"eve"},"constructor":{"prototype":{"isAdmin":true}}'
    const values = `{${evil},"reason":{${evil},"value":{${evil},"type":"plain_text_input","value":"x"}}}`
    const user = `{${evil},"id":"U0ANN","team_id":"T0ACME"}`
    const bodies = [
      `{${evil}}`,
      `{${evil},"type":"block_actions","user":${user},"team":{${evil},"id":"T0ACME"},"container":{${evil},"type":"view"},"actions":[{${evil},"action_id":"thand:line:0","value":"__proto__"}]}`,
      `{${evil},"type":"view_submission","user":${user},"view":{${evil},"callback_id":"thand:deny","private_metadata":"__proto__","state":{${evil},"values":${values}}}}`,
      `{${evil},"type":"view_submission","user":${user},"view":{${evil},"callback_id":"thand:request","state":{"values":{"__proto__":{"value":{"value":"github:org-admin"}},"constructor":{"value":{"value":"30m"}}}}}}`,
      `{${evil},"type":"event_callback","team_id":"T0ACME","event_id":"__proto__","event":{${evil},"type":"reaction_added","user":"U0ANN","reaction":"__proto__","item":{${evil},"type":"message","channel":"C0ACCESS","ts":"1.1"},"event_ts":"1.1"}}`,
    ]
    for (const json of bodies) {
      for (const [type, body] of [
        ['application/json', json],
        ['application/x-www-form-urlencoded', new URLSearchParams({ payload: json }).toString()],
      ] as const) {
        const headers = { ...signed(stage, body), 'content-type': type }
        const { status } = await raw(`${stage.world.server.url}/slack/events`, { method: 'POST', headers, body })
        expect(status, body).toBeLessThan(500)
      }
    }
    const form = `team_id=T0ACME&channel_id=C0GENERAL&user_id=U0ANN&command=%2Fthand&text=mine&__proto__=x&__proto__[isAdmin]=1&constructor=y`
    expect(
      (
        await raw(`${stage.world.server.url}/slack/events`, {
          method: 'POST',
          headers: signed(stage, form),
          body: form,
        })
      ).status,
    ).toBe(200)
    for (const word of ['__proto__', 'constructor', 'toString']) {
      expect(await stage.say('U0ANN', `request ${word} 5m`)).toMatch(/no role/)
      expect(await stage.say('U0ANN', word)).toMatch(/do not know/)
      expect(await stage.say('U0ANN', `help ${word}`)).not.toBe('')
    }
    expect(Object.getOwnPropertyNames(Object.prototype).length).toBe(own)
    expect('isAdmin' in {}).toBe(false)
    expect(await settled(stage.sql)).toEqual(before)
  })
})
