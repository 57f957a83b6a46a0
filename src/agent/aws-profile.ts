import { fail, ok, type Result } from '../core/result.ts'

/** A profile that gets its credential from here, as the AWS config file says it. */
export interface Profile {
  readonly name: string
  readonly id: string
  readonly region: string | undefined
}

export type ProfileProblem = 'not_ours' | 'none'

/** `thand credentials <id> --format aws`, found by the PATH of whoever uses the profile. */
const OURS = /^thand credentials [\w-]+ --format aws$/

/**
 * The text of a config file with this profile in it; everything else stays as it is, byte for byte. One that we did not write is
 * not touched. https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function withProfile(text: string, { name, id, region }: Profile): Result<string, ProfileProblem> {
  const lines = linesOf(text)
  const eol = lines[0]?.endsWith('\r\n') ? '\r\n' : '\n'
  const wanted = [`credential_process = thand credentials ${id} --format aws${eol}`]
  if (region !== undefined) wanted.push(`region = ${region}${eol}`)
  const found = ownSection(lines, name)
  if (!found.ok && found.error === 'not_ours') return found
  if (!found.ok) {
    const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol
    return ok(`${text}${gap}[profile ${name}]${eol}${wanted.join('')}`)
  }
  const { first, last, keys } = found.value
  const replaced = [keys.get('credential_process'), region === undefined ? undefined : keys.get('region')]
  const kept = lines.slice(first + 1, last + 1).filter((_, n) => !replaced.some((key) => key?.line === first + 1 + n))
  return ok([...lines.slice(0, first + 1), ...wanted, ...kept, ...lines.slice(last + 1)].join(''))
}

/** The text without this profile. What follows its last line, such as a comment on the next one, stays. */
export function withoutProfile(text: string, name: string): Result<string, ProfileProblem> {
  const lines = linesOf(text)
  const found = ownSection(lines, name)
  if (!found.ok) return found
  const { first, last } = found.value
  const gap = lines[first - 1]?.trim() === '' ? 1 : 0
  return ok([...lines.slice(0, first - gap), ...lines.slice(last + 1)].join(''))
}

/** Whether a file has a section of this name, whoever wrote it. */
export function hasProfile(text: string, name: string): boolean {
  return sectionsOf(linesOf(text)).some((section) => section.name === name)
}

const GIVES_KEYS = [
  ...['aws_access_key_id', 'credential_process', 'role_arn', 'web_identity_token_file', 'login_session'],
  ...['sso_session', 'sso_start_url', 'sso_account_id'],
]

/** Whether an SDK that was told nothing else finds a credential in this file. */
export function defaultProfileHasKeys(text: string): boolean {
  const sections = sectionsOf(linesOf(text)).filter(({ name }) => name === 'default')
  return sections.some(({ keys }) => GIVES_KEYS.some((key) => keys.has(key)))
}

interface Section {
  readonly name: string
  /** Lines, counted from 0: its head, and the last one that is neither empty nor a comment. */
  readonly first: number
  readonly last: number
  readonly keys: ReadonlyMap<string, { readonly line: number; readonly value: string }>
}

function ownSection(lines: readonly string[], name: string): Result<Section, ProfileProblem> {
  const [section, second] = sectionsOf(lines).filter((each) => each.name === name)
  if (section === undefined) return fail('none')
  const isOurs = second === undefined && OURS.test(section.keys.get('credential_process')?.value ?? '')
  return isOurs ? ok(section) : fail('not_ours')
}

/** Each with its end. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

/** The first may follow a byte order mark, read as Latin-1. */
const HEAD = /^(?:\u00ef\u00bb\u00bf)?\[\s*(?:profile\s+)?(["']?)(.*?)\1\s*\]/
const KEY = /^([^\s#;=:[][^=:]*?)\s*[=:]\s*(.*?)\s*$/

function sectionsOf(lines: readonly string[]): readonly Section[] {
  const heads = lines.flatMap((line, first) => {
    const [, , name] = HEAD.exec(line) ?? []
    return name === undefined ? [] : [{ name, first }]
  })
  return heads.map(({ name, first }, n) => {
    const end = heads[n + 1]?.first ?? lines.length
    const body = lines.slice(first + 1, end)
    const keys = body.flatMap((line, at) => {
      const [, key, value] = KEY.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, { line: first + 1 + at, value }] as const]
    })
    const last = first + 1 + body.findLastIndex((line) => !/^\s*(?:[#;]|$)/.test(line))
    return { name, first, last, keys: new Map(keys) }
  })
}
