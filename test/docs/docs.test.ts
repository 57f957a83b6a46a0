import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readEnvironment } from '../../src/config/env.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const TOPS = ['src', 'bots', 'providers', 'test', 'docs', 'examples', 'migrations', 'bench', '.ci']

const pages = [
  'README.md',
  'SECURITY.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
]
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const isThere = (file: string) => existsSync(path.join(ROOT, file))

/** What a page shows in backticks: in a line, or in a fence. */
function quotedIn(page: string): readonly string[] {
  return [...read(page).matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(
    ([, block, inline]) => block ?? inline ?? '',
  )
}

/** Words in backticks that look like a file of ours: in one of our folders, or a page beside this one. */
function pathsIn(page: string): readonly string[] {
  const words = quotedIn(page).filter((text) => !/\s/.test(text))
  const ours = words.filter((word) => TOPS.some((top) => word.startsWith(`${top}/`)))
  const beside = words.filter((word) => /^[\w/-]+\.md$/.test(word) && !ours.includes(word))
  return [...ours.filter((word) => !/[<>*{}…]/.test(word)), ...beside.map((word) => resolved(page, word))]
}

function resolved(page: string, word: string): string {
  const here = path.join(path.dirname(page), word)
  return isThere(here) ? here : word
}

function commandNames(): readonly string[] {
  const sources = ['src/cli/run.ts', 'src/cli/client-commands.ts'].map(read).join('\n')
  return [...sources.matchAll(/(?:\.command|\bline)\('([\w-]+)/g)].flatMap(([, name]) => name ?? [])
}

/** Those that are called by their name in backticks, or after a prompt in a fence. */
function commandsIn(page: string): readonly string[] {
  return quotedIn(page)
    .flatMap((text) => [...text.matchAll(/(?:^|[^/\w.-])thand ([a-z][a-z-]*)\b/g)])
    .flatMap(([, name]) => name ?? [])
}

test('the scan sees the pages that the repository promises', () => {
  for (const page of [
    'agent',
    'architecture',
    'life-of-a-request',
    'adding-a-provider',
    'connect-slack',
    'connect-github',
    'connect-teams',
    'connect-aws',
    'providers',
    'front-doors',
    'adding-a-front-door',
    'threat-model',
    'operations',
    'performance',
    'dependencies',
  ]) {
    expect(pages).toContain(`docs/${page}.md`)
  }
  expect(pages.filter((page) => page.startsWith('docs/decisions/')).length).toBeGreaterThan(2)
})

describe.each(pages)('%s', (page) => {
  test('every link inside the repository leads somewhere', () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => link ?? [])
    const inside = links.filter((link) => !/^(?:[a-z]+:|#)/.test(link)).map((link) => link.replace(/#.*$/, ''))
    expect(inside.filter((link) => !isThere(path.join(path.dirname(page), link)))).toEqual([])
  })

  test('every file that it names is there', () => {
    expect(pathsIn(page).filter((file) => !isThere(file))).toEqual([])
  })

  test('every `thand` command that it names is one', () => {
    expect(commandsIn(page).filter((name) => !commandNames().includes(name))).toEqual([])
  })

  test('it names no path of a machine', () => {
    expect(read(page)).not.toMatch(/(?:^|[\s`"'(])(?:\/(?:home|root|work|tmp|Users|mnt)\/|[A-Z]:\\)/m)
  })
})

test('the scan finds what it looks for', () => {
  expect(commandNames()).toContain('validate')
  expect(pages.flatMap(commandsIn)).toContain('manifest')
  expect(pathsIn('docs/architecture.md').length).toBeGreaterThan(10)
})

test('README shows both commands', () => {
  expect(read('README.md')).toContain('npm ci && npm run demo')
  expect(read('README.md')).toContain('npm ci && npm test')
})

test('every step of a request says what happens if it dies there', () => {
  const steps = read('docs/life-of-a-request.md')
    .split(/\n(?=\d+\. )/)
    .slice(1)
  expect(steps.length).toBeGreaterThan(10)
  for (const step of steps) expect(step).toContain('*If it dies here:*')
})

test.each(['connect-slack', 'connect-github', 'connect-teams', 'connect-aws', 'operations'])(
  'docs/%s.md says what was not run',
  (page) => {
    expect(read(`docs/${page}.md`)).toContain('## Not run by us')
  },
)

test('the table of providers names each statement of our rights at AWS, and no other', () => {
  const rights = read('docs/providers.md')
    .split('\n')
    .filter((line) => line.startsWith('| AWS'))
    .flatMap((line) => [...(line.split('|').at(-3) ?? '').matchAll(/`(\w+)`/g)].map(([, sid]) => sid))
  const templates = ['account', 'identity-center'].map((name) => read(`docs/aws/thand-${name}.yaml`))
  // Of the policies on the role that Thand works as; what is denied is no right.
  const policies = templates.flatMap((text) =>
    text.split(/\n\n/).filter((part) => part.includes('AWS::IAM::RolePolicy')),
  )
  const sids = policies.flatMap((part) => [...part.matchAll(/- Sid: (\w+)\n +Effect: Allow/g)].map(([, sid]) => sid))
  expect([...new Set(rights)].toSorted()).toEqual(sids.toSorted())
})

test('each dependency has its reason', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const reasons = read('docs/dependencies.md')
  const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)]
  expect(names.filter((name) => !reasons.includes(`| \`${name}\` |`))).toEqual([])
})

describe('the image', () => {
  const dockerfile = read('Dockerfile')

  test('runs as somebody who is not root, and says whether it is well', () => {
    expect(dockerfile).toMatch(/^USER (?!root\b|0\b)\w+/m)
    expect(dockerfile).toMatch(/^HEALTHCHECK .*/m)
    expect(dockerfile).toContain('/healthz')
  })

  test('copies only what is there, and what .dockerignore lets through', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words = '']) =>
      words.trim().split(/\s+/).slice(0, -1),
    )
    expect(copied.filter((file) => !isThere(file))).toEqual([])
    const ignored = read('.dockerignore').split('\n')
    expect(
      copied.filter((file) => ignored.includes(file.split('/')[0] ?? '') && !file.startsWith('test/doubles')),
    ).toEqual([])
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.git', 'node_modules', '*.pem', '!test/doubles']))
  })

  test('holds no secret', () => {
    expect(dockerfile).not.toMatch(/(?:TOKEN|SECRET|PASSWORD|KEY)\s*=/)
  })
})

describe('compose.yaml', () => {
  const { services, volumes } = parse(read('compose.yaml'))

  test('has a database that is waited for and keeps what it has', () => {
    expect(services.postgres.image).toBe('postgres:18')
    expect(services.postgres.healthcheck.test).toContain('CMD-SHELL')
    expect(Object.keys(volumes)).toEqual(['database'])
    expect(services.thand.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
  })

  test('starts a server that the rules of production let through', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64')
    const DATABASE_URL = services.thand.environment.DATABASE_URL.replace(/\$\{\w+\}/, 'letters0and1digits')
    const given = { ...services.thand.environment, DATABASE_URL, THAND_SECRET_KEY: key }
    const read = readEnvironment({ ...given, THAND_URL: 'https://thand.acme.example' })
    expect(read).toMatchObject({ ok: true, value: { isProduction: true, host: '0.0.0.0' } })
    expect(readEnvironment(given).ok).toBe(false)
  })
})
