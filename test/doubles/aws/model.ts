import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const reference = z.object({ shape: z.string() })
const shapeForm = z.object({
  type: z.string(),
  required: z.array(z.string()).default([]),
  members: z.record(z.string(), reference).default({}),
  member: reference.optional(),
  key: reference.optional(),
  value: reference.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  document: z.boolean().default(false),
  union: z.boolean().default(false),
})
const serviceForm = z.object({
  head: z.object({
    apiVersion: z.string(),
    protocol: z.enum(['query', 'json']),
    targetPrefix: z.string().optional(),
    xmlNamespace: z.string().optional(),
    signingName: z.string(),
  }),
  operations: z.record(
    z.string(),
    z.object({
      input: z.string().optional(),
      output: z.string().optional(),
      resultWrapper: z.string().optional(),
      errors: z.record(z.string(), z.number()),
    }),
  ),
  shapes: z.record(z.string(), shapeForm),
})

export type Shape = z.infer<typeof shapeForm>
export type Described = z.infer<typeof serviceForm>['operations'][string]

/** One service as botocore describes it, and the judge of what is said to it and by it. */
export class ServiceModel {
  readonly name: string
  readonly head: z.infer<typeof serviceForm>['head']
  readonly operations: Readonly<Record<string, Described>>
  readonly #shapes: Readonly<Record<string, Shape>>
  readonly #patterns = new Map<string, RegExp>()

  constructor(name: string, { head, operations, shapes }: z.infer<typeof serviceForm>) {
    this.name = name
    this.head = head
    this.operations = operations
    this.#shapes = shapes
  }

  shape(name: string): Shape {
    const shape = this.#shapes[name]
    if (!shape) throw new Error(`${this.name} has no shape ${name}`)
    return shape
  }

  /** What is wrong with a value, each with its path. */
  problems(shapeName: string, value: unknown, path = ''): string[] {
    const shape = this.shape(shapeName)
    if (shape.document) return []
    switch (shape.type) {
      case 'structure':
        return this.#structureProblems(shape, value, path)
      case 'list':
        return this.#listProblems(shape, value, path)
      case 'map':
        return isRecord(value) ? [] : [`${path} is no map`]
      case 'string':
        return typeof value === 'string' ? this.#textProblems(shape, value, path) : [`${path} is no string`]
      case 'boolean':
        return typeof value === 'boolean' ? [] : [`${path} is no boolean`]
      default:
        return typeof value === 'number' ? this.#rangeProblems(shape, value, path) : [`${path} is no ${shape.type}`]
    }
  }

  #structureProblems(shape: Shape, value: unknown, path: string): string[] {
    if (!isRecord(value)) return [`${path} is no structure`]
    const given = Object.entries(value).filter(([, inner]) => inner !== undefined)
    const names = given.map(([name]) => name)
    const missing = shape.required.filter((name) => !names.includes(name))
    const inner = given.flatMap(([name, each]) => {
      const member = shape.members[name]
      return member ? this.problems(member.shape, each, `${path}/${name}`) : [`${path}/${name} is unknown`]
    })
    const isSplit = shape.union && given.length !== 1
    return [
      ...missing.map((name) => `${path}/${name} is missing`),
      ...inner,
      ...(isSplit ? [`${path} is not one`] : []),
    ]
  }

  #listProblems(shape: Shape, value: unknown, path: string): string[] {
    if (!Array.isArray(value)) return [`${path} is no list`]
    const member = shape.member?.shape ?? ''
    const inner = value.flatMap((each, index) => this.problems(member, each, `${path}/${index}`))
    return [...this.#rangeProblems(shape, value.length, path), ...inner]
  }

  #textProblems(shape: Shape, value: string, path: string): string[] {
    const problems = this.#rangeProblems(shape, value.length, path)
    if (shape.enum && !shape.enum.includes(value)) problems.push(`${path} is none of ${shape.enum.join(', ')}`)
    if (shape.pattern !== undefined && !this.#pattern(shape.pattern).test(value))
      problems.push(`${path} does not match ${shape.pattern}`)
    return problems
  }

  #rangeProblems({ min, max }: Shape, size: number, path: string): string[] {
    if (min !== undefined && size < min) return [`${path} is less than ${min}`]
    return max !== undefined && size > max ? [`${path} is more than ${max}`] : []
  }

  #pattern(text: string): RegExp {
    const known = this.#patterns.get(text)
    if (known) return known
    const made = anchored(text)
    this.#patterns.set(text, made)
    return made
  }
}

export function loadModels(): readonly ServiceModel[] {
  const described = z.record(z.string(), serviceForm).parse(JSON.parse(readFileSync(excerpt(), 'utf8')))
  return Object.entries(described).map(([name, service]) => new ServiceModel(name, service))
}

/** The compiler does not copy JSON, so a compiled double reads the file beside its source. */
function excerpt(): URL {
  const beside = new URL('./aws.model.json', import.meta.url)
  return existsSync(beside) ? beside : new URL('../../../../test/doubles/aws/aws.model.json', import.meta.url)
}

/** Some of the patterns use properties of characters, others escapes that only the older grammar takes. */
function anchored(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, 'u')
  } catch {
    return new RegExp(`^(?:${text})$`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
