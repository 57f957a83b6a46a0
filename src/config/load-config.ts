import { z } from 'zod'
import { fail, ok, type Result } from '../core/result.ts'
import { hashOf } from './canonical-json.ts'
import { checkLiterals } from './check-literals.ts'
import type { AnyEngine, Config } from './config.ts'
import type { ConfigProblem } from './problem.ts'
import { isMapping, type Mapping, readDocument } from './read-document.ts'
import { readFiles } from './read-files.ts'
import { readAuthority, readIdentity } from './read-identity.ts'
import { readLimits } from './read-limits.ts'
import { readPeople } from './read-people.ts'
import { readProviders } from './read-providers.ts'
import { readRoles } from './read-roles.ts'
import { readWorkflows } from './read-workflows.ts'
import { Report } from './report.ts'
import { providerNames, spreadProviders } from './spread-providers.ts'
import { parseAt, strict } from './strict.ts'

export interface ConfigInput {
  /** A file, or a folder of YAML files. */
  readonly path: string
  /** What `${env:NAME}` is taken from. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly engines: readonly AnyEngine[]
  readonly isProduction: boolean
  /** Chat platforms that the environment configures, such as `slack`. */
  readonly platforms: readonly string[]
  /** In lower case; undefined without Teams. */
  readonly teamsTenant?: string | undefined
}

/** The whole configuration, or every problem in it. Asks no provider and no platform. */
export async function loadConfig(input: ConfigInput): Promise<Result<Config, readonly ConfigProblem[]>> {
  const report = new Report()
  const sources = await readFiles(input.path, input.isProduction, report)
  const document = readDocument(sources, report)
  const config = document && (await readConfig(input, document, report))
  const problems = report.problems()
  return config === undefined || problems.length > 0 ? fail(problems) : ok(config)
}

/** Read one by one below: an error in one hides none in another. */
const section = z.unknown().optional()
const top = strict({
  version: z.literal('1.0', { error: '"1.0", in quotes' }),
  people: section,
  identity: section,
  authority: section,
  limits: section,
  providers: section,
  roles: section,
  workflows: section,
})

async function readConfig(input: ConfigInput, document: Mapping, report: Report): Promise<Config | undefined> {
  checkLiterals(report, document)
  parseAt(report, top, { path: [], raw: document })
  const entries = (name: string) => entriesOf(report, document, name)
  const written = entries('providers')
  const spread = spreadProviders(report, written, input.engines)
  const limits = readLimits(report, document['limits'])
  const people = readPeople(report, entries('people'), providerNames(written, spread))
  const identity = readIdentity(report, document['identity'], input)
  const authority = readAuthority(report, document['authority'], people)
  const providers = await readProviders({ ...input, report }, written, spread)
  // With limits that are wrong, the rest is still read against the usual ones: all problems at once.
  const known = limits ?? readLimits(report, {})
  if (known === undefined) return undefined
  const workflows = readWorkflows(report, entries('workflows'), { people, limits: known })
  const roles = readRoles({ report, people, limits: known, providers, workflows }, entries('roles'))
  if (identity === undefined || authority === undefined) return undefined
  return {
    version: '1.0',
    hash: hashOf(document),
    people: people.all,
    identity,
    authority,
    limits: known,
    providers: providers.all.map(({ opened: _, ...provider }) => provider),
    roles: roles.all,
    cautions: roles.cautions,
    document,
  }
}

function entriesOf(report: Report, document: Mapping, name: string): Mapping {
  const entries = document[name]
  if (entries === undefined) return {}
  if (isMapping(entries)) return entries
  report.add([name], 'a mapping')
  return {}
}
