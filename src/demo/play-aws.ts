import { ended, type Machine } from './machine.ts'
import type { Narrator } from './narrator.ts'
import { endsToldOf, idIn } from './play-agent.ts'
import type { Stage } from './stage.ts'
import { until } from './until.ts'

const SECONDS = 15

/** Lists users with the session of its environment until AWS refuses it, and does not stop when it is asked to. */
const PROGRAM = (sdk: string, endpoint: string) => `
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
process.on('SIGTERM', () => console.log('asked to stop; goes on to show what the session is worth now'))
const { IAMClient, ListUsersCommand } = await import('${sdk}')
const iam = new IAMClient({ endpoint: '${endpoint}', maxAttempts: 1 })
for (let isLet = true; isLet; await new Promise((resolve) => setTimeout(resolve, 1500))) {
  const answer = await iam.send(new ListUsersCommand({})).then(({ Users }) => Users.map((user) => user.UserName).join(', '), (error) => error.name)
  isLet = !/Denied|Expired|Invalid/.test(answer)
  console.log('lists the users of the account: ' + answer)
}
`

/** A session that AWS itself ends on the second, while no Thand is there to do it; the next start sees that it is over. */
export async function playAws(stage: Stage, machine: Machine, narrator: Narrator): Promise<string> {
  const { server, aws } = stage
  await machine.run('request', 'aws:list-users', `${SECONDS}s`, 'who', 'has', 'left')
  const id = await until('the session', () => idIn(stage, /Auditor of users/))
  const program = PROGRAM(import.meta.resolve('@aws-sdk/client-iam'), aws.url)
  const { child, said } = machine.start(['run', id, '--', 'node', '--input-type=module', '-e', program])
  await until('the session in use', () => /account: ann/.test(said()))
  narrator.does('Nobody', 'looks after Thand: its server is killed (kill -9) while the session works')
  await server.end('SIGKILL')
  if ((await ended(child)) !== 0) throw new Error(`thand run failed: ${said()}`)
  if (!/account: AccessDenied/.test(said())) throw new Error('AWS did not end the session')
  narrator.does('AWS', 'ended the session by itself, on the second. Now the server is started again')
  await server.start()
  await until('the end, told to Ann', () => endsToldOf(stage, id) >= 2)
  return id
}
