import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatProblems } from '../../src/config/format-problems.ts'
import type { FakeConfig } from './fake-engine.ts'
import { brief, folder, GOOD, load, loadAt } from './load.ts'

describe('YAML that means harm is refused quickly', () => {
  const bomb = Array.from(
    { length: 12 },
    (_, n) =>
      `a${n}: &a${n} [${Array(10)
        .fill(n ? `*a${n - 1}` : 'x')
        .join(', ')}]`,
  )

  test.each([
    ['a bomb of aliases', bomb.join('\n'), /at most 100 uses of YAML aliases/],
    ['an alias inside itself', 'people: &a { b: *a }', /at most 32 levels/],
    ['33 levels', `people: ${'['.repeat(33)}${']'.repeat(33)}`, /at most 32 levels/],
    ['100 000 levels', '['.repeat(100_000), /expected/],
    ['more than 1 MiB', `#${'x'.repeat(1024 * 1024)}`, /at most 1 MiB/],
    ['__proto__', 'people: { __proto__: { isAdmin: true } }', /no key named __proto__/],
    ['constructor', 'roles:\n  constructor: { prototype: {} }', /no key named constructor/],
    ['a tag', 'people: !!js/function "x"', /no YAML tag/],
    ['two documents', 'version: "1.0"\n---\nversion: "1.0"', /one YAML document/],
    ['a list', '[]', /a mapping with the keys/],
    ['tabs', 'people:\n\tann: 1', /spaces for indentation/],
    ['a key that is a list', '[1]: 2', /a text as key/],
  ])('%s', async (_name, yaml, expected) => {
    const started = performance.now()
    const { text } = await load(yaml)
    expect(text).toMatch(expected)
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  test('a hundred aliases are allowed', async () => {
    const aliases = Array.from({ length: 100 }, (_, n) => `  p${n}@acme.example: { name: Pat, groups: *g }\n`).join('')
    const yaml = GOOD.replace(
      'groups: [platform], accounts: { github: ann',
      'groups: &g [platform], accounts: { github: ann',
    )
    expect((await load(yaml.replace('identity:', `${aliases}identity:`))).text).toBe('')
  })
})

describe('a secret is in no problem', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const SECRETS = [
    `ghp${'_'}A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8`,
    `github_pat${'_'}11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz`,
    `xox${'b'}-123456789012-abcdefghijkl`,
    `AKI${'A'}IOSFODNN7EXAMPLE`,
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY',
    'postgres://thand:hunter2hunter2@db/thand',
    'deadbeef'.repeat(8),
    `-----BEGIN RSA ${'PRIVATE'} KEY-----\\nMIIEow\\n-----END RSA ${'PRIVATE'} KEY-----`,
  ]
  const places = {
    'as a token': (s: string) => GOOD.replace('${env:GITHUB_TOKEN}', s),
    'as a name': (s: string) => GOOD.replace('name: Security', `name: "${s}"`),
    'as an unknown group': (s: string) => GOOD.replace('[platform] } }', `["${s}"] } }`),
    'as a key': (s: string) => GOOD.replace('name: Security', `name: Security\n    "${s}": 1`),
    'beside another mistake': (s: string) =>
      GOOD.replace('org: acme, token: "${env:GITHUB_TOKEN}"', `orgg: acme, token: "${s}"`),
    'in YAML that cannot be read': (s: string) => GOOD.replace('token: "${env:GITHUB_TOKEN}" }', `token: "${s}": @x`),
    'as a variable': (s: string) => GOOD.replace('env:GITHUB_TOKEN', `env:${s}`),
    'as a file': (s: string) => GOOD.replace('env:GITHUB_TOKEN', `file:${s}`),
  }

  test.each(Object.entries(places))('%s', async (_name, put) => {
    for (const secret of SECRETS) {
      const { text, problems } = await load(put(secret))
      const all = `${text}${JSON.stringify(problems)}`
      expect(problems.length, secret).toBeGreaterThan(0)
      for (const part of secret.split('\\n')) if (part.length > 8) expect(all).not.toContain(part.slice(5))
    }
  })

  test('a plain word as a token is refused too, and not shown', async () => {
    const { text, problems } = await load(GOOD.replace('${env:GITHUB_TOKEN}', 'hunter2'))
    expect(problems.map(brief)).toEqual(['14:33 providers.github.config.token'])
    expect(text).not.toContain('hunter2')
  })

  test('a block of a key is hidden to its last line', async () => {
    const key = 'app_key: |\n        first-line-of-it\n        last-line-of-it }\n      org: acme'
    const { text } = await load(
      GOOD.replace('config: { org: acme, token: "${env:GITHUB_TOKEN}" }', `config:\n      api_${key}`),
    )
    expect(text).not.toMatch(/first-line|last-line/)
  })

  test('what the environment holds is not shown, not even by an engine that quotes it', async () => {
    const { text, problems } = await load(GOOD, { env: { GITHUB_TOKEN: 'malformed-canary-8d2f' } })
    expect(problems.map(brief)).toEqual(['14:33 providers.github.config.token'])
    expect(`${text}${JSON.stringify(problems)}`).not.toContain('canary')
  })
})

describe('references', () => {
  test('to a file are relative to the configuration', async () => {
    const root = folder()
    writeFileSync(path.join(root, 'token'), 'canary-token-from-file\n', { mode: 0o600 })
    writeFileSync(path.join(root, 'thand.yaml'), GOOD.replace('env:GITHUB_TOKEN', 'file:token'), { mode: 0o600 })
    const result = await loadAt(path.join(root, 'thand.yaml'))
    if (!result.ok) throw new Error(formatProblems(result.error))
    const config = result.value.providers[0]?.config as FakeConfig | undefined
    expect(config?.token.reveal()).toBe('canary-token-from-file')
    expect(JSON.stringify(result)).not.toContain('canary')
  })

  test('name the variable that is missing', async () => {
    const { text } = await load(GOOD, { env: {} })
    expect(text).toContain('expected the environment variable GITHUB_TOKEN to be set')
  })
})

describe('in production', () => {
  const production = { isProduction: true }
  const good = GOOD.replace('domains:', 'binding: pinned\n  domains:')

  test('the binding is written out, and endpoints are https', async () => {
    const yaml = GOOD.replace('org: acme,', 'org: acme, api_url: "http://127.0.0.1:1/",')
    expect((await load(yaml, production)).problems.map(({ key }) => key)).toEqual([
      'identity.binding',
      'providers.github.config.api_url',
    ])
    const env = { GITHUB_TOKEN: 'canary-token-4f1c', API: 'http://api.evil.example' }
    const hidden = good.replace('org: acme,', 'org: acme, api_url: "${env:API}",')
    expect((await load(hidden, { ...production, env })).problems.map(({ key }) => key)).toEqual([
      'providers.github.config.api_url',
    ])
    expect((await load(good, production)).text).toBe('')
  })

  test.each(['http:127.0.0.1:1', 'http:/127.0.0.1:1/', ' HTTP://127.0.0.1:1/', 'ht\\ttp://127.0.0.1:1/'])(
    'an address that is read as http however it is written (%s) is refused',
    async (url) => {
      const yaml = good.replace('org: acme,', `org: acme, api_url: "${url}",`)
      expect((await load(yaml, production)).problems.map(({ key }) => key)).toEqual(['providers.github.config.api_url'])
    },
  )

  test.each(['thand.yaml', 'token', '.'])('%s that others may write is refused', async (name) => {
    const root = folder()
    writeFileSync(path.join(root, 'token'), 'canary-token-from-file\n', { mode: 0o600 })
    writeFileSync(path.join(root, 'thand.yaml'), good.replace('env:GITHUB_TOKEN', 'file:token'), { mode: 0o600 })
    expect((await loadAt(root, production)).ok).toBe(true)
    chmodSync(path.join(root, name), name === '.' ? 0o770 : 0o620)
    const result = await loadAt(root, production)
    expect(result.ok ? '' : formatProblems(result.error)).toContain('chmod go-w')
    expect((await loadAt(root)).ok).toBe(true)
  })
})
