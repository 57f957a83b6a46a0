import type { Path } from './problem.ts'
import { isMapping } from './read-document.ts'
import type { Report } from './report.ts'
import { looksSecret } from './secret-shape.ts'
import type { Plain } from './walk-yaml.ts'

/** No secret is written in the configuration itself, and nothing is substituted outside a provider's `config`. */
export function checkLiterals(report: Report, value: Plain, path: Path = []): void {
  if (typeof value === 'string') checkText(report, value, path)
  for (const [step, each] of stepsOf(value)) checkLiterals(report, each, [...path, step])
}

function stepsOf(value: Plain): readonly (readonly [string | number, Plain])[] {
  if (Array.isArray(value)) return value.map((each: Plain, index) => [index, each] as const)
  return isMapping(value) ? Object.entries(value) : []
}

function checkText(report: Report, text: string, path: Path): void {
  if (looksSecret(text) && !isConversation(path)) {
    report.keepSecret(text)
    report.add(path, 'no secret in the configuration; write ${env:NAME} or ${file:path} in the config of a provider')
  }
  const isProviderConfig = path[0] === 'providers' && path[2] === 'config'
  if (text.includes('${') && !isProviderConfig) {
    report.add(path, 'no substitution here: ${env:NAME} and ${file:path} work in the config of a provider only')
  }
}

/** Teams' conversation ids are long and random, and no secret. */
function isConversation(path: Path): boolean {
  return path[0] === 'workflows' && path[2] === 'channel' && path.length === 3
}
