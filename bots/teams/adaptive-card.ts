/** The part of Adaptive Cards 1.5 that we use, which Teams' clients draw: https://adaptivecards.io/explorer/ */
export interface AdaptiveCard {
  readonly type: 'AdaptiveCard'
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json'
  readonly version: '1.5'
  /** What is read where the card cannot be drawn. */
  readonly fallbackText: string
  readonly speak: string
  readonly body: readonly Element[]
  readonly actions?: readonly Execute[]
  readonly msteams: { readonly width: 'Full'; readonly entities?: readonly MentionEntity[] }
}

export type Element = RichTextBlock | MentionBlock | Container | InputText | InputChoiceSet

/** Literal: nobody's words stand in a `TextBlock`, where Teams reads Markdown. */
export interface RichTextBlock {
  readonly type: 'RichTextBlock'
  readonly spacing?: 'None' | 'Small' | 'Medium'
  readonly inlines: readonly TextRun[]
}

export interface TextRun {
  readonly type: 'TextRun'
  readonly text: string
  readonly weight?: 'Bolder'
  readonly size?: 'Small' | 'Medium'
  readonly fontType?: 'Monospace'
  readonly isSubtle?: true
}

/** Mentions work in a `TextBlock` alone; there is nothing else in this one. */
export interface MentionBlock {
  readonly type: 'TextBlock'
  readonly text: string
  readonly wrap: true
  readonly spacing?: 'Small'
}

export interface MentionEntity {
  readonly type: 'mention'
  readonly text: string
  readonly mentioned: { readonly id: string; readonly name: string }
}

export interface Container {
  readonly type: 'Container'
  readonly style: 'emphasis'
  readonly spacing: 'Small'
  readonly items: readonly RichTextBlock[]
}

interface Input {
  readonly id: string
  readonly label: string
  readonly isRequired: boolean
  readonly errorMessage?: string
  readonly placeholder?: string
  readonly value?: string
}

export interface InputText extends Input {
  readonly type: 'Input.Text'
  readonly isMultiline: boolean
  readonly maxLength: number
}

export interface InputChoiceSet extends Input {
  readonly type: 'Input.ChoiceSet'
  readonly style: 'compact' | 'filtered'
  readonly choices: readonly { readonly title: string; readonly value: string }[]
}

export interface Execute {
  readonly type: 'Action.Execute'
  readonly title: string
  readonly tooltip?: string
  readonly style?: 'positive' | 'destructive'
  readonly verb: 'line' | 'form' | 'submit' | 'look'
  readonly data: Readonly<Record<string, string>>
  /** A form that is left is not checked. */
  readonly associatedInputs?: 'none'
}

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive'

/** Of 28 KB that some clients take. */
export const CARD_BYTES_MAX = 25_000

export function bytesOf(card: AdaptiveCard): number {
  return Buffer.byteLength(JSON.stringify(card))
}
