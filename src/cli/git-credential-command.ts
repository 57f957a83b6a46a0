import { gitAnswer, parseGitQuestion } from '../agent/git-credential.ts'
import { ok } from '../core/result.ts'
import { loggedIn } from './client.ts'

/** git's own cache keeps what it got for as long as it works; nothing is stored or erased here. */
export async function gitCredentialCommand(id: string, operation: string): Promise<number> {
  const question = parseGitQuestion(await readAll(process.stdin))
  if (operation !== 'get' || question.protocol !== 'https') return 0
  return loggedIn({}, async ({ api, terminal }) => {
    const credential = await api.credential(id)
    if (!credential.ok) return credential
    const answer = gitAnswer(question, credential.value)
    if (answer !== undefined) terminal.raw(answer)
    return ok(0)
  })
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk)
  return text
}
