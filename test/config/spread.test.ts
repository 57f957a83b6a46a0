import { describe, expect, test } from 'vitest'
import { spreadAccounts } from '../../providers/aws/spread.ts'
import { accountAt } from '../../src/core/settings.ts'
import type { Spreading } from '../../src/ports/provider.ts'
import { type FakeConfig, fakeEngine } from './fake-engine.ts'
import { brief, GOOD, load, loaded } from './load.ts'

/** The fake engine with one provider for each organisation: what is AWS about accounts is in its own folder. */
const spreading: typeof fakeEngine & Spreading = {
  ...fakeEngine,
  spread: (raw) => {
    const parts = spreadAccounts(raw)
    return parts?.ok === true
      ? { ...parts, value: parts.value.map((part) => ({ ...part, raw: renamed(part.raw) })) }
      : parts
  },
}

function renamed(raw: unknown): unknown {
  const { account, ...rest } = raw as Record<string, unknown>
  return { org: account, ...rest }
}

const ACCOUNTS = '{ prod: acme-prod, dev: acme-dev }'
const spread = (accounts = ACCOUNTS, more = '') =>
  GOOD.replace('config: { org: acme,', `config: { accounts: ${accounts}, ${more}`)
const options = { engines: [spreading] }
const configOf = (provider: { readonly config: unknown } | undefined) => provider?.config as FakeConfig | undefined

test('an entry with several accounts is a provider for each, and its roles are roles of each', async () => {
  const config = await loaded(spread(), options)
  expect(config.providers.map(({ key, entry, name }) => [key, entry, name])).toEqual([
    ['github-prod', 'github', 'GitHub acme prod'],
    ['github-dev', 'github', 'GitHub acme dev'],
  ])
  expect(config.roles.map(({ key, targets }) => [key, targets[0]?.slot])).toEqual([
    ['github-prod:org-admin', 'org:acme-prod'],
    ['github-dev:org-admin', 'org:acme-dev'],
  ])
  const one = await loaded(spread().replace('providers: [github]', 'providers: [github-dev]'), options)
  expect(one.roles.map(({ key }) => key)).toEqual(['github-dev:org-admin'])
  const unnamed = await loaded(spread().replace('    name: GitHub acme\n', ''), options)
  expect(unnamed.providers.map(({ name }) => name)).toEqual(['github-prod', 'github-dev'])
})

test('the account stands wherever it is asked for, and references may name it', async () => {
  const env = { TOKEN_acme_prod: 'canary-token-prod', TOKEN_acme_dev: 'canary-token-dev', PROD: 'acme_prod' }
  const yaml = spread('{ prod: acme_prod, dev: acme_dev }').replace('${env:GITHUB_TOKEN}', '${env:TOKEN_{account}}')
  const config = await loaded(yaml, { ...options, env })
  expect(config.providers.map((each) => configOf(each)?.token.reveal())).toEqual([
    'canary-token-prod',
    'canary-token-dev',
  ])
  const { text } = await load(yaml, { ...options, env: { TOKEN_acme_prod: 'canary-token-prod' } })
  expect(text).toContain('the environment variable TOKEN_acme_dev to be set')
  expect(text).not.toContain('canary')
})

test('an engine that spreads nothing, and an entry without accounts, are one provider', async () => {
  expect((await loaded(GOOD, options)).providers.map(({ key, entry }) => [key, entry])).toEqual([['github', 'github']])
  expect((await load(spread())).problems.map(brief)).toContain('14:25 providers.github.config.accounts')
})

describe('the account of a person there', () => {
  test.each<readonly [string, prod: string, dev: string]>([
    ['{ github: a }', 'a', 'a'],
    ['{ other: a }', 'a', 'a'],
    ['{ github: a, other: b }', 'b', 'b'],
    ['{ github: a, other: b, other-prod: c }', 'c', 'b'],
    ['{ other-dev: c }', '', 'c'],
  ])('of %s is "%s" and "%s": by its key, its entry, its engine', async (accounts, prod, dev) => {
    const yaml = spread().replace('  github:\n', '  other:\n').replace('providers: [github]', 'providers: [other]')
    const config = await loaded(yaml.replace('{ github: ann-acme }', accounts), options)
    const [ann] = config.people
    const at = (key: string) => (ann && accountAt(config, ann, key)?.login) ?? ''
    expect([at('other-prod'), at('other-dev')]).toEqual([prod, dev])
  })

  test.each<readonly [ann: string, bob: string, isShared: boolean]>([
    ['{ github: same }', '{ github-prod: same }', true],
    ['{ github-dev: same }', '{ github: same }', true],
    ['{ github-dev: same }', '{ github-prod: same }', false],
    ['{ github: same, github-prod: ann }', '{ github-prod: same }', false],
  ])('%s and %s of another is shared: %s', async (ann, bob, isShared) => {
    const yaml = spread().replace('{ github: ann-acme }', ann).replace('{ github: bob-acme }', bob)
    const { problems } = await load(yaml, options)
    expect(problems.map(({ expected }) => expected)).toEqual(
      isShared ? [expect.stringContaining('an account of one person')] : [],
    )
  })
})

describe('what is wrong is a problem at its place', () => {
  const two = (accounts: string) =>
    spread(accounts).replace(
      'roles:',
      '  github-dev:\n    provider: github\n    config: { org: acme, token: "${env:GITHUB_TOKEN}" }\nroles:',
    )
  const ORG = '14:25 providers.github.config.accounts'

  test.each<readonly [string, string, readonly string[]]>([
    ['no account', spread('{}'), [`${ORG}: at least one account`]],
    ['a list', spread('[acme]'), [`${ORG}: accounts by a name for each, such as { prod: "111111111111" }`]],
    [
      'an account that is none',
      spread('{ prod: [acme] }'),
      ['14:33 providers.github.config.accounts.prod: the 12 digits of the account, in quotes'],
    ],
    [
      'the same account twice',
      spread('{ prod: acme, dev: acme }'),
      ['14:44 providers.github.config.accounts.dev: each account once; prod is the same'],
    ],
    [
      'one account beside several',
      spread(ACCOUNTS, 'account: acme, '),
      ['14:70 providers.github.config.account: no account beside accounts'],
    ],
    [
      'a name that is no key',
      spread('{ Prod: acme }'),
      [
        '14:27 providers.github.config.accounts.Prod: a key of lower-case letters, digits, - _ and .; with github- before it at most 63',
      ],
    ],
    [
      'a name that makes the key of another provider',
      two(ACCOUNTS),
      ['14:44 providers.github.config.accounts.dev: another name: there is a provider github-dev already'],
    ],
    [
      'a role that names an entry and one of its providers',
      spread().replace('providers: [github]', 'providers: [github, github-dev]'),
      ['18:25 roles.org-admin.providers[1]: each provider once'],
    ],
    [
      'a role that names one of its providers and the entry',
      spread().replace('providers: [github]', 'providers: [github-dev, github]'),
      ['18:29 roles.org-admin.providers[1]: each provider once'],
    ],
    [
      'a provider that is not there',
      spread().replace('providers: [github]', 'providers: [github-dv]'),
      ['18:17 roles.org-admin.providers[0] -> github-dev: a provider: one of github, github-prod, github-dev'],
    ],
    [
      'something that stands only in the account, where it is written',
      spread('{ prod: acme, dev: "${env:DEV}" }'),
      ['14:44 providers.github.config.accounts.dev: the environment variable DEV to be set'],
    ],
  ])('%s', async (_what, yaml, expected) => {
    const { problems } = await load(yaml, options)
    expect(problems.map((problem) => `${brief(problem)}: ${problem.expected}`)).toEqual(expected)
  })
})

test('accounts as AWS is configured: each with its own role to assume', () => {
  const raw = {
    accounts: { prod: '111111111111', dev: 222222222222 },
    assume_role: { arn: 'arn:aws:iam::{account}:role/Thand' },
  }
  const assumed = (account: string) => ({ account, assume_role: { arn: `arn:aws:iam::${account}:role/Thand` } })
  expect(spreadAccounts(raw)).toEqual({
    ok: true,
    value: [
      { name: 'prod', at: ['accounts', 'prod'], raw: assumed('111111111111') },
      { name: 'dev', at: ['accounts', 'dev'], raw: assumed('222222222222') },
    ],
  })
  expect(spreadAccounts({ account: '111111111111' })).toBeUndefined()
  expect(spreadAccounts(null)).toBeUndefined()
})
