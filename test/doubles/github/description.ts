import { existsSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

type Json = Record<string, unknown>
type Parameter = { name: string; in: string; required: boolean; pointer: string; isNumber: boolean }

/** One operation of GitHub's description, found for a request. */
export type Operation = { key: string; params: Record<string, string>; pointer: string; parameters: Parameter[] }

/** GitHub's own description of the calls that the double serves, and the judge of everything said in them. */
export class Description {
  readonly #root: Json
  readonly #ajv: Ajv
  readonly #compiled = new Map<string, ValidateFunction>()
  readonly #routes: { method: string; template: string; segments: string[] }[]

  constructor() {
    this.#root = excerpt()
    this.#ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false })
    formats.default(this.#ajv)
    this.#ajv.addFormat('timestamp', true)
    this.#ajv.addSchema(this.#root, 'github')
    this.#routes = Object.entries(record(this.#root['paths'])).flatMap(([template, methods]) =>
      Object.keys(record(methods)).map((method) => ({ method, template, segments: template.split('/') })),
    )
  }

  find(method: string, path: string): Operation | undefined {
    const given = path.split('/')
    for (const route of this.#routes) {
      if (route.method.toUpperCase() !== method) continue
      const params = matched(route.segments, given)
      if (!params) continue
      const pointer = `#/paths/${escaped(route.template)}/${route.method}`
      return { key: `${method} ${route.template}`, params, pointer, parameters: this.#parameters(pointer) }
    }
    return undefined
  }

  /** What is wrong with the path and the query. */
  addressProblems(operation: Operation, query: URLSearchParams): string[] {
    const problems: string[] = []
    for (const { name, in: place, required, pointer, isNumber } of operation.parameters) {
      const text = place === 'path' ? operation.params[name] : query.get(name)
      if (text === undefined || text === null) {
        if (required) problems.push(`${place} ${name} is missing`)
        continue
      }
      const value = isNumber && /^-?\d+$/.test(text) ? Number(text) : text
      problems.push(...this.#problems(pointer, value).map((problem) => `${place} ${name}${problem}`))
    }
    const known = operation.parameters.filter((each) => each.in === 'query').map((each) => each.name)
    for (const name of query.keys()) if (!known.includes(name)) problems.push(`query ${name} is unknown`)
    return problems
  }

  /** What is wrong with the body. GitHub ignores a field it does not know; here it is reported, for it is a typo. */
  bodyProblems(operation: Operation, body: unknown): { refused: string[]; odd: string[] } {
    const pointer = `${operation.pointer}/requestBody`
    const content = `${pointer}/content/application~1json/schema`
    if (this.#at(content) === undefined) return { refused: [], odd: body === undefined ? [] : ['takes no body'] }
    if (body === undefined)
      return { refused: this.#at(`${pointer}/required`) === true ? ['body is missing'] : [], odd: [] }
    const refused = this.#problems(content, body).map((problem) => `body${problem}`)
    const known = Object.keys(record(this.#at(`${content}/properties`)))
    const odd = Object.keys(record(body)).filter((name) => !known.includes(name))
    return { refused, odd: odd.map((name) => `body/${name} is unknown`) }
  }

  /** What is wrong with an answer. GitHub gives errors that it does not describe, successes never. */
  answerProblems(operation: Operation, status: number, body: unknown): string[] {
    const pointer = this.#resolved(`${operation.pointer}/responses/${status}`)
    if (this.#at(pointer) === undefined) return status < 400 ? [`answer ${status} is not described`] : []
    const content = `${pointer}/content/application~1json/schema`
    if (this.#at(content) === undefined) return status < 300 && body !== undefined ? ['answer has a body'] : []
    return this.#problems(content, body).map((problem) => `answer ${status}${problem}`)
  }

  #parameters(pointer: string): Parameter[] {
    const list = this.#at(`${pointer}/parameters`)
    return (Array.isArray(list) ? list : []).map((_, index) => {
      const at = this.#resolved(`${pointer}/parameters/${index}`)
      const { name, in: place, required, schema } = record(this.#at(at))
      const isNumber = record(schema)['type'] === 'integer'
      return { name: String(name), in: String(place), required: required === true, pointer: `${at}/schema`, isNumber }
    })
  }

  #problems(pointer: string, value: unknown): string[] {
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `github${encoded(pointer)}` })
    this.#compiled.set(pointer, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }

  #resolved(pointer: string): string {
    const reference = record(this.#at(pointer))['$ref']
    return typeof reference === 'string' ? this.#resolved(reference) : pointer
  }

  #at(pointer: string): unknown {
    let value: unknown = this.#root
    for (const step of pointer.split('/').slice(1)) {
      if (value === null || typeof value !== 'object') return undefined
      value = Reflect.get(value, step.replaceAll('~1', '/').replaceAll('~0', '~'))
    }
    return value
  }
}

/** The compiler does not copy JSON, so a compiled double reads the file beside its source. */
function excerpt(): Json {
  const beside = new URL('./github.openapi.json', import.meta.url)
  const source = new URL('../../../../test/doubles/github/github.openapi.json', import.meta.url)
  return record(JSON.parse(readFileSync(existsSync(beside) ? beside : source, 'utf8')))
}

function matched(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const actual = given[index] ?? ''
    if (!segment.startsWith('{')) {
      if (segment !== actual) return undefined
    } else if (actual === '') return undefined
    else params[segment.slice(1, -1)] = decodeURIComponent(actual)
  }
  return params
}

function record(value: unknown): Json {
  return value !== null && typeof value === 'object' ? { ...value } : {}
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

function encoded(pointer: string): string {
  return `#${pointer.slice(1).split('/').map(encodeURIComponent).join('/')}`
}
