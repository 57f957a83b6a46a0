import type { Statement } from './statement.ts'

const LETTERS_MAX = 200

/** `s3:GetObject on arn:aws:s3:::acme-reports/*, never s3:DeleteObject`: what fits on a card, and how much more there is. */
export function wordsOf(statements: readonly Statement[]): string {
  const parts = statements.map(partOf)
  let shown = parts
    .slice(0, 1)
    .map((part) => (part.length > LETTERS_MAX ? `${part.slice(0, LETTERS_MAX)}…` : part))
    .join('')
  for (const [index, part] of parts.entries()) {
    if (index === 0) continue
    if (shown.length + part.length > LETTERS_MAX) return `${shown} and ${parts.length - index} more`
    shown = `${shown}, ${part}`
  }
  return shown
}

function partOf({ Effect, Action, Resource, Condition }: Statement): string {
  const actions = some(Action.map((action) => (action === '*' ? 'everything' : action)))
  const isEverywhere = Resource.includes('*')
  const where = isEverywhere ? '' : ` on ${some(Resource)}`
  const conditions =
    Condition === undefined ? '' : ` if ${Object.values(Condition).flatMap(Object.keys).join(' and ')} fit`
  return `${Effect === 'Deny' ? 'never ' : ''}${actions}${where}${conditions}`
}

const SHOWN_MAX = 3

function some(texts: readonly string[]): string {
  const more = texts.length - SHOWN_MAX
  return more > 0 ? `${texts.slice(0, SHOWN_MAX).join(', ')} and ${more} more` : texts.join(', ')
}
