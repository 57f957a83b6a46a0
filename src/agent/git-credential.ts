import type { Credential } from '../wire/credential.ts'

/** What git asks: https://git-scm.com/docs/git-credential#IOFMT */
export interface GitQuestion {
  readonly protocol: string
  readonly host: string
}

export function parseGitQuestion(text: string): GitQuestion {
  const lines = text.split('\n').flatMap((line): readonly (readonly [string, string])[] => {
    const at = line.indexOf('=')
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1).replace(/\r$/, '')]]
  })
  const fields = new Map(lines)
  return { protocol: fields.get('protocol') ?? '', host: fields.get('host') ?? '' }
}

/** The answer, or undefined when the credential is for another place: git then asks its next helper. */
export function gitAnswer({ protocol, host }: GitQuestion, credential: Credential): string | undefined {
  const { git, expires_at } = credential
  if (git === undefined || protocol !== 'https' || host.toLowerCase() !== git.host.toLowerCase()) return undefined
  const lines = [
    `username=${git.username}`,
    `password=${git.password}`,
    `password_expiry_utc=${Math.floor(Date.parse(expires_at) / 1000)}`,
  ]
  // A line end in a value would be a field of its own.
  return lines.some((line) => /[\r\n\0]/.test(line)) ? undefined : `${lines.join('\n')}\n`
}
