import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Config } from '../../src/config/config.ts'
import { formatProblems } from '../../src/config/format-problems.ts'
import { type ConfigInput, loadConfig } from '../../src/config/load-config.ts'
import type { ConfigProblem } from '../../src/config/problem.ts'
import { fakeEngine } from './fake-engine.ts'

export const GOOD = `version: "1.0"
people:
  ann@acme.example: { name: Ann, groups: [platform], accounts: { github: ann-acme } }
  bob@acme.example: { name: Bob, groups: [platform], accounts: { github: bob-acme } }
  sam@acme.example: { name: Sam, groups: [security], accounts: { github: sam-acme } }
identity:
  domains: [acme.example]
  slack: { team: T0ACME }
limits: { max_duration: 8h, pending_timeout: 1h }
providers:
  github:
    provider: github
    name: GitHub acme
    config: { org: acme, token: "\${env:GITHUB_TOKEN}" }
roles:
  org-admin:
    name: Organisation owner
    providers: [github]
    permissions: { allow: [{ operations: ["org:admin"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
    default_duration: 30m
workflows:
  two-eyes:
    name: Security
    channel: slack:C0ACCESS
    pending_timeout: 30m
    stages:
      - { approvers: { groups: [security] }, quorum: 1 }
`

type Options = Partial<Omit<ConfigInput, 'path'>>

export function folder(): string {
  return mkdtempSync(path.join(tmpdir(), 'thand-config-'))
}

/** The files of a folder, or one file; file names in problems are relative to it. */
export async function load(yaml: string | Readonly<Record<string, string>>, options: Options = {}) {
  const root = folder()
  const files = typeof yaml === 'string' ? { 'thand.yaml': yaml } : yaml
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text, { mode: 0o600 })
  const given = typeof yaml === 'string' ? path.join(root, 'thand.yaml') : root
  const loaded = await loadAt(given, options)
  if (loaded.ok) return { config: loaded.value, problems: [], text: '', root }
  const problems = loaded.error.map((each) => ({
    ...each,
    file: path.relative(root, each.file),
    expected: each.expected.replaceAll(`${root}/`, ''),
  }))
  return { config: undefined, problems, text: formatProblems(problems), root }
}

export function loadAt(given: string, options: Options = {}) {
  return loadConfig({
    path: given,
    env: { GITHUB_TOKEN: 'canary-token-4f1c' },
    engines: [fakeEngine],
    isProduction: false,
    platforms: ['slack'],
    ...options,
  })
}

export async function loaded(yaml: string, options: Options = {}): Promise<Config> {
  const { config, text } = await load(yaml, options)
  if (config === undefined) throw new Error(text)
  return config
}

/** `3:5 people.x` */
export function brief({ line, column, key, suggestion }: ConfigProblem): string {
  return `${line}:${column} ${key}${suggestion === undefined ? '' : ` -> ${suggestion}`}`
}
