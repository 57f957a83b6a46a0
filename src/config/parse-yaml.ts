import { type Document, parseDocument, type YAMLError } from 'yaml'
import type { Report } from './report.ts'
import type { Source } from './source.ts'
import { type Tree, walkYaml } from './walk-yaml.ts'

/**
 * One file to plain values. `undefined`: it is no YAML, and reading on would only give problems that follow from that.
 * https://yaml.org/spec/1.2.2/, the core schema: no merge keys, no tags of one's own.
 */
export function parseYaml(source: Source, report: Report): Tree | undefined {
  const document = documentOf(source)
  if (document === undefined) {
    report.addAt({ source, offset: 0 }, [], { expected: 'YAML that is not nested this deep' })
    return undefined
  }
  const errors = [...document.errors, ...document.warnings]
  for (const error of errors) {
    report.addAt({ source, offset: error.pos[0] }, [], { expected: WORDS[error.code] ?? 'well-formed YAML' })
  }
  return errors.length > 0 ? undefined : walkYaml(document, source, report)
}

/** Keys that come twice are found by the walk, which knows their path. */
function documentOf(source: Source): Document | undefined {
  try {
    return parseDocument(source.text, { uniqueKeys: false, prettyErrors: false, logLevel: 'warn', version: '1.2' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The library's own messages quote what was written, which may be a secret. */
const WORDS: { readonly [Code in YAMLError['code']]?: string } = {
  BAD_ALIAS: 'an alias whose anchor comes before it',
  BAD_INDENT: 'an indentation that fits the lines above',
  BAD_SCALAR_START: 'quotes around a text that begins with this character',
  BLOCK_AS_IMPLICIT_KEY: 'one key and one value on a line, or quotes around a text that holds ": "',
  MISSING_CHAR: 'a closing quote, bracket or brace, or a colon after the key',
  MULTILINE_IMPLICIT_KEY: 'a key on one line, followed by a colon',
  MULTIPLE_DOCS: 'one YAML document in a file',
  RESOURCE_EXHAUSTION: 'YAML that is not nested this deep',
  TAB_AS_INDENT: 'spaces for indentation, no tabs',
  TAG_RESOLVE_FAILED: 'no YAML tag: it is not known here',
}
