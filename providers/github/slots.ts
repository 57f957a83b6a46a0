import type { Levels } from '../../src/core/level.ts'

/** `org:acme` or `team:acme/sre`, in lower case as GitHub compares them. */
export type GithubSlot = { readonly kind: 'org' } | { readonly kind: 'team'; readonly slug: string }

/** GitHub makes a slug of letters, digits, hyphens and underscores; anything else could leave its place in a path. */
const SLUG = /^[a-z\d_-]{1,100}$/

export function orgSlotName(org: string): string {
  return `org:${org.toLowerCase()}`
}

/** `undefined` where the text is no slug. */
export function teamSlotName(org: string, slug: string): string | undefined {
  const lower = slug.toLowerCase()
  return SLUG.test(lower) ? `team:${org.toLowerCase()}/${lower}` : undefined
}

/** `undefined` where the slot is not one of this organisation's. */
export function slotIn(org: string, name: string): GithubSlot | undefined {
  if (name === orgSlotName(org)) return { kind: 'org' }
  const slug = name.slice(name.indexOf('/') + 1)
  return name === teamSlotName(org, slug) ? { kind: 'team', slug } : undefined
}

const levels: Readonly<Record<GithubSlot['kind'], Levels>> = {
  org: ['absent', 'member', 'admin'],
  team: ['absent', 'member', 'maintainer'],
}

const names: Readonly<Record<GithubSlot['kind'], Readonly<Record<string, string>>>> = {
  org: { absent: 'outside the organisation', member: 'member', admin: 'owner' },
  team: { absent: 'outside the team', member: 'member', maintainer: 'maintainer' },
}

/** A slot of another kind is a bug or a foreign row: it throws. */
export function levelsOf(slotName: string): Levels {
  return levels[kindOf(slotName)]
}

export function levelNameOf(slotName: string, level: string): string {
  return names[kindOf(slotName)][level] ?? level
}

function kindOf(slotName: string): GithubSlot['kind'] {
  if (slotName.startsWith('org:')) return 'org'
  if (slotName.startsWith('team:')) return 'team'
  throw new Error(`no slot of GitHub's: ${JSON.stringify(slotName)}`)
}
