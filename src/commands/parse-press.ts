/** What only a button says. None of it is a line of the grammar: typed, it is an unknown word. */
export interface LoginPress {
  /** Names the card that was shown. */
  readonly login: string
  readonly isMe: boolean
}

const LOGIN = /^(this-is-me|not-me) ([\w-]{22})$/

export function parseLoginPress(written: string): LoginPress | undefined {
  const [, word, login] = LOGIN.exec(written) ?? []
  return login === undefined ? undefined : { login, isMe: word === 'this-is-me' }
}
