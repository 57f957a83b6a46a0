import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { RoleOptions } from '../doubles/aws/hands.ts'

type Values = Readonly<Record<string, string | readonly string[]>>

export type Deployed = {
  /** With all policies that the template puts on them. */
  roles: Record<string, RoleOptions>
  /** Managed policies by name. */
  policies: Record<string, string>
}

const resourceShape = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()),
})
const templateShape = z.object({
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.string().optional() })),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceShape),
})
const managedShape = z.object({ ManagedPolicyName: z.string(), PolicyDocument: z.unknown() })
const inlineShape = z.object({ RoleName: z.string(), PolicyName: z.string(), PolicyDocument: z.unknown() })
const roleShape = z.strictObject({
  RoleName: z.string(),
  AssumeRolePolicyDocument: z.unknown(),
  PermissionsBoundary: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
})

/** What CloudFormation would make of docs/aws/<name> in an account, for the double: the few functions that our templates use, and no other. */
export function deployed(name: string, account: string, given: Readonly<Record<string, string>>): Deployed {
  const file = path.resolve(import.meta.dirname, '../../docs/aws', name)
  const template = templateShape.parse(parse(readFileSync(file, 'utf8'), { customTags: tags }))
  const inAccount = new Template(template, account, given)
  return { roles: inAccount.roles(), policies: inAccount.policies() }
}

class Template {
  readonly #template: z.infer<typeof templateShape>
  readonly #account: string
  readonly #values: Values

  constructor(template: z.infer<typeof templateShape>, account: string, given: Readonly<Record<string, string>>) {
    this.#template = template
    this.#account = account
    const unknown = Object.keys(given).filter((name) => !Object.hasOwn(template.Parameters, name))
    if (unknown.length > 0) throw new Error(`no parameters of the template: ${unknown.join(', ')}`)
    const parameters = Object.entries(template.Parameters).map(([name, { Type, Default }]) => {
      const value = given[name] ?? Default
      if (value === undefined) throw new Error(`the template asks for ${name}`)
      return [name, Type === 'CommaDelimitedList' ? String(value).split(',') : String(value)] as const
    })
    const pseudo = { 'AWS::Partition': 'aws', 'AWS::AccountId': account }
    this.#values = { ...Object.fromEntries(parameters), ...pseudo }
  }

  policies(): Record<string, string> {
    const made = this.#made('AWS::IAM::ManagedPolicy').map((each) => managedShape.parse(each))
    return Object.fromEntries(made.map((each) => [each.ManagedPolicyName, JSON.stringify(each.PolicyDocument)]))
  }

  roles(): Record<string, RoleOptions> {
    const inline = this.#made('AWS::IAM::RolePolicy').map((each) => inlineShape.parse(each))
    const roles = this.#made('AWS::IAM::Role').map((each) => roleShape.parse(each))
    return Object.fromEntries(
      roles.map((role) => {
        const own = inline.filter(({ RoleName }) => RoleName === role.RoleName)
        const options: RoleOptions = {
          trust: JSON.stringify(role.AssumeRolePolicyDocument),
          policies: Object.fromEntries(own.map((each) => [each.PolicyName, JSON.stringify(each.PolicyDocument)])),
          attached: role.ManagedPolicyArns,
          ...(role.PermissionsBoundary !== undefined && { boundary: role.PermissionsBoundary }),
        }
        return [role.RoleName, options]
      }),
    )
  }

  #made(type: string): readonly unknown[] {
    return Object.values(this.#template.Resources)
      .filter(({ Type, Condition }) => Type === type && (Condition === undefined || this.#holds(Condition)))
      .map(({ Properties }) => this.#resolved(Properties))
  }

  #holds(condition: string): boolean {
    return this.#resolved(this.#template.Conditions[condition]) === true
  }

  #resolved(node: unknown): unknown {
    if (node instanceof Called) return this.#call(node)
    if (Array.isArray(node)) return node.map((each: unknown) => this.#resolved(each))
    if (node === null || typeof node !== 'object') return node
    return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, this.#resolved(each)]))
  }

  #call({ name, given }: Called): unknown {
    const all = (): unknown[] => (Array.isArray(given) ? given.map((each: unknown) => this.#resolved(each)) : [])
    if (name === 'Ref') return this.#named(String(given))
    if (name === 'Sub') return String(given).replace(/\$\{([^}]+)\}/g, (_, key: string) => String(this.#named(key)))
    if (name === 'GetAtt') return this.#arnOf(String(given).replace(/\.Arn$/, ''))
    if (name === 'Condition') return this.#holds(String(given))
    if (name === 'Not') return all()[0] !== true
    if (name === 'Or') return all().includes(true)
    if (name === 'Equals') return all()[0] === all()[1]
    const [between, list] = all()
    return Array.isArray(list) ? list.join(String(between)) : ''
  }

  /** Of a role its name, of a managed policy its ARN, as `Ref` has it. */
  #named(name: string): unknown {
    const value = this.#values[name]
    if (value !== undefined) return value
    const { Type, Properties } = this.#resource(name)
    return Type === 'AWS::IAM::Role' ? Properties['RoleName'] : this.#arnOf(name)
  }

  #arnOf(name: string): string {
    const { Type, Properties } = this.#resource(name)
    const last =
      Type === 'AWS::IAM::Role' ? `role/${Properties['RoleName']}` : `policy/${Properties['ManagedPolicyName']}`
    return `arn:aws:iam::${this.#account}:${last}`
  }

  #resource(name: string) {
    const found = this.#template.Resources[name]
    if (found === undefined) throw new Error(`the template has no ${name}`)
    return found
  }
}

class Called {
  readonly name: string
  readonly given: unknown

  constructor(name: string, given: unknown) {
    this.name = name
    this.given = given
  }
}

const ofText = ['Ref', 'Sub', 'GetAtt', 'Condition'].map((name) => ({
  tag: `!${name}`,
  resolve: (written: string) => new Called(name, written),
}))
const ofList = ['Join', 'Equals', 'Not', 'Or'].map((name) => ({
  tag: `!${name}`,
  collection: 'seq' as const,
  resolve: (written: { toJSON(): unknown }) => new Called(name, written.toJSON()),
}))
const tags = [...ofText, ...ofList]
