import { withoutInvisible } from '../common/text.ts'

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/** Text of a slash command or message comes with `& < >` as entities: once back on the way in. */
export function fromSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/**
 * What Slack makes of names and addresses that a person typed, as they typed them: `<@U1|ann>` is `@ann`,
 * `<https://x.example|x.example>` is `x.example`. Still escaped: https://docs.slack.dev/messaging/formatting-message-text
 */
export function withoutMarks(text: string): string {
  return text
    .replaceAll(
      /<([@#])([A-Z0-9]+)(?:\|([^<>]*))?>/g,
      (_, sign: string, id: string, name?: string) => sign + (name || id),
    )
    .replaceAll(/<!([a-z]+)(?:\^[^|<>]*)?(?:\|([^<>]*))?>/g, (_, word: string, label?: string) => label || `@${word}`)
    .replaceAll(/<((?:https?|mailto|tel):[^|<>]*)(?:\|([^<>]*))?>/g, (_, address: string, label?: string) =>
      linkAsTyped(address, label || address),
    )
}

/** Where the words hide the address, both are said. */
function linkAsTyped(address: string, label: string): string {
  return address.includes(label) ? label : `${label} (${address})`
}

/**
 * A person's text for a mrkdwn field or a notification text, where Slack would read markup: escaped, and cut so that the
 * escaped result has at most `lengthMax` UTF-16 units and never ends inside an entity or a surrogate pair.
 */
export function escapedForSlack(text: string, lengthMax: number): string {
  const parts = Array.from(withoutInvisible(text), (character) => ENTITIES.get(character) ?? character)
  const whole = parts.join('')
  if (whole.length <= lengthMax) return whole
  let kept = ''
  for (const part of parts) {
    if (kept.length + part.length > lengthMax - 1) break
    kept += part
  }
  return `${kept}…`
}
