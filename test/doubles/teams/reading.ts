import { cardShape, type TeamsCard } from './card-rules.ts'

/** What a person reads, line by line; a moment is shown as the clock of UTC. */
export function plainTextOf(card: unknown): string {
  const parsed = cardShape.safeParse(card)
  return parsed.success ? parsed.data.body.map(textOf).join('\n') : ''
}

type Element = TeamsCard['body'][number]

function textOf(element: Element): string {
  switch (element.type) {
    case 'RichTextBlock':
      return element.inlines.map(({ text }) => shown(text)).join('')
    case 'TextBlock':
      return element.text.replaceAll(/<\/?at>/g, '@').replaceAll(/@(?=,|$)/g, '')
    case 'Container':
      return element.items.map(textOf).join('\n')
    default:
      return `${element.label}: ${element.value ?? ''}`
  }
}

function shown(text: string): string {
  return text
    .replaceAll(/\{\{TIME\(([^)]*)\)\}\}/g, (_, at: string) => `${at.slice(11, 16)} UTC`)
    .replaceAll(/\{\{DATE\(([^,)]*)[^)]*\)\}\}/g, (_, at: string) => at.slice(0, 10))
}

export function actionsOf(card: unknown): NonNullable<TeamsCard['actions']> {
  return cardShape.safeParse(card).data?.actions ?? []
}

export function inputsOf(card: unknown): readonly Extract<Element, { readonly id: string }>[] {
  return (cardShape.safeParse(card).data?.body ?? []).filter((each) => 'id' in each)
}
