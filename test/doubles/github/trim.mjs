// Cuts the committed excerpt out of GitHub's own OpenAPI description of api.github.com.
//
//   node test/doubles/github/trim.mjs path/to/api.github.com.json
//
// The source is `generated/api.github.com.json` of the npm package @octokit/openapi@23.0.2 (MIT, see
// LICENSE-github-openapi.md). It is far too large to depend on; install it somewhere else, run this, remove it.
// What stays: the operations listed here and the components they reach. What goes: prose, examples, extensions.
// `nullable: true` without a `type` is legal there and refused by ajv, so it becomes `anyOf: [..., { type: 'null' }]`.
import { readFileSync, writeFileSync } from 'node:fs'

const kept = {
  '/app': ['get'],
  '/app/installations/{installation_id}': ['get'],
  '/app/installations/{installation_id}/access_tokens': ['post'],
  '/installation/token': ['delete'],
  '/orgs/{org}': ['get'],
  '/orgs/{org}/failed_invitations': ['get'],
  '/orgs/{org}/invitations': ['get'],
  '/orgs/{org}/invitations/{invitation_id}': ['delete'],
  '/orgs/{org}/members': ['get'],
  '/orgs/{org}/members/{username}': ['get'],
  '/orgs/{org}/memberships/{username}': ['get', 'put', 'delete'],
  '/orgs/{org}/teams': ['get'],
  '/orgs/{org}/teams/{team_slug}': ['get'],
  '/orgs/{org}/teams/{team_slug}/invitations': ['get'],
  '/orgs/{org}/teams/{team_slug}/members': ['get'],
  '/orgs/{org}/teams/{team_slug}/memberships/{username}': ['get', 'put', 'delete'],
  '/rate_limit': ['get'],
  '/repos/{owner}/{repo}/contents/{path}': ['get'],
  '/user': ['get'],
  '/user/memberships/orgs/{org}': ['get'],
  '/user/{account_id}': ['get'],
  '/users/{username}': ['get'],
}

const prose = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags', 'title', 'deprecated'])
/** Under these keys the names are the author's own: a property called `description` is not prose. */
const named = new Set(['properties', 'patternProperties', 'schemas', 'parameters', 'responses', 'headers', 'content'])

function trim(value, keysAreNames = false) {
  if (Array.isArray(value)) return value.map((each) => trim(each))
  if (value === null || typeof value !== 'object') return value
  const out = {}
  for (const [key, inner] of Object.entries(value)) {
    if (!keysAreNames && (prose.has(key) || key.startsWith('x-'))) continue
    out[key] = trim(inner, !keysAreNames && named.has(key))
  }
  return keysAreNames ? out : withoutTypelessNull(out)
}

function withoutTypelessNull(schema) {
  if (schema.nullable !== true || schema.type !== undefined) return schema
  const { nullable: _, ...rest } = schema
  return { anyOf: [...(rest.anyOf ?? [rest]), { type: 'null' }] }
}

function references(value, found = new Set()) {
  if (value === null || typeof value !== 'object') return found
  if (typeof value.$ref === 'string') found.add(value.$ref)
  for (const inner of Object.values(value)) references(inner, found)
  return found
}

const [source] = process.argv.slice(2)
if (!source) throw new Error('usage: node trim.mjs path/to/api.github.com.json')
const whole = JSON.parse(readFileSync(source, 'utf8'))

const paths = {}
for (const [path, methods] of Object.entries(kept)) {
  paths[path] = {}
  for (const method of methods) {
    const operation = whole.paths[path]?.[method]
    if (!operation) throw new Error(`the source has no ${method} ${path}`)
    paths[path][method] = trim(operation)
  }
}

const components = {}
const waiting = [...references(paths)]
const seen = new Set(waiting)
for (let reference = waiting.pop(); reference !== undefined; reference = waiting.pop()) {
  const [, , kind, name] = reference.split('/')
  if (kind === 'examples') continue
  const held = whole.components[kind]?.[name]
  if (!held) throw new Error(`the source has no ${reference}`)
  components[kind] ??= {}
  components[kind][name] = trim(held)
  for (const next of references(components[kind][name])) {
    if (!seen.has(next)) waiting.push(next)
    seen.add(next)
  }
}

for (const kind of Object.keys(components)) {
  components[kind] = Object.fromEntries(Object.entries(components[kind]).sort(([a], [b]) => (a < b ? -1 : 1)))
}
const { title, version, license } = whole.info
const excerpt = { openapi: whole.openapi, info: { title, version, license }, paths, components }
const target = new URL('./github.openapi.json', import.meta.url)
// One operation or component a line: small, and still readable in a diff.
writeFileSync(target, `${rowPerEntry(excerpt)}\n`)

function rowPerEntry({ paths: operations, components: parts, ...head }) {
  const row = ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`
  const rows = (object) => Object.entries(object).map(row).join(',\n')
  const kinds = Object.entries(parts).map(([kind, held]) => `${JSON.stringify(kind)}:{\n${rows(held)}\n}`)
  const start = JSON.stringify(head).slice(0, -1)
  return `${start},\n"paths":{\n${rows(operations)}\n},\n"components":{\n${kinds.join(',\n')}\n}}`
}
