import type { ServiceModel } from './model.ts'

type Fields = Readonly<Record<string, string>>

/** The parameters of a form such as `Tags.member.1.Key=team`, in the types of the shape; unknown ones stay as they are. */
export function readForm(model: ServiceModel, shapeName: string | undefined, form: URLSearchParams): unknown {
  const fields = Object.fromEntries([...form].filter(([name]) => name !== 'Action' && name !== 'Version'))
  return shapeName === undefined ? { ...fields } : structure(model, shapeName, fields)
}

function structure(model: ServiceModel, shapeName: string, fields: Fields): Record<string, unknown> {
  const { members } = model.shape(shapeName)
  const out: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(grouped(fields))) {
    const member = members[name]
    out[name] = member ? value(model, member.shape, inner) : Object.values(inner)[0]
  }
  return out
}

function value(model: ServiceModel, shapeName: string, fields: Fields): unknown {
  const shape = model.shape(shapeName)
  const text = fields['']
  if (shape.type === 'structure') return structure(model, shapeName, fields)
  if (shape.type === 'list') return text === '' ? [] : list(model, shape.member?.shape ?? '', fields)
  if (shape.type === 'integer') return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : text
  if (shape.type === 'boolean') return text === 'true' || (text === 'false' ? false : text)
  return text
}

function list(model: ServiceModel, shapeName: string, fields: Fields): unknown[] {
  const places = grouped(grouped(fields)['member'] ?? {})
  const numbered = Object.entries(places).sort(([one], [other]) => Number(one) - Number(other))
  return numbered.map(([, inner]) => value(model, shapeName, inner))
}

/** By the first part of the name; the rest of it is the key within. */
function grouped(fields: Fields): Record<string, Record<string, string>> {
  const groups: Record<string, Record<string, string>> = {}
  for (const [name, text] of Object.entries(fields)) {
    const [head = '', ...rest] = name.split('.')
    groups[head] = { ...groups[head], [rest.join('.')]: text }
  }
  return groups
}

/** The elements of a value, in the order that the shape has. Times are in ms. */
export function writeXml(model: ServiceModel, shapeName: string, content: unknown): string {
  const shape = model.shape(shapeName)
  if (shape.type === 'structure' && content !== null && typeof content === 'object')
    return Object.entries(shape.members)
      .map(([name, member]) => {
        const inner: unknown = Reflect.get(content, name)
        return inner === undefined ? '' : `<${name}>${writeXml(model, member.shape, inner)}</${name}>`
      })
      .join('')
  if (shape.type === 'list' && Array.isArray(content))
    return content.map((each) => `<member>${writeXml(model, shape.member?.shape ?? '', each)}</member>`).join('')
  if (shape.type === 'timestamp' && typeof content === 'number') return isoSeconds(content)
  return escapeXml(String(content))
}

export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

export function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }
  return text.replace(/[&<>"]/g, (sign) => `&${names[sign]};`).replaceAll('\r', '&#13;')
}
