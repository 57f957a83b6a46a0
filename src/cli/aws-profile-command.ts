import { homedir } from 'node:os'
import path from 'node:path'
import { configFilePath, readBytes, replaceBytes, sharedCredentialsPath } from '../agent/aws-config-file.ts'
import { hasProfile, type ProfileProblem, withoutProfile, withProfile } from '../agent/aws-profile.ts'
import { keptCredential } from '../agent/kept-credential.ts'
import { withLock } from '../agent/lock-folder.ts'
import { type Trouble, usageTrouble } from '../agent/trouble.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { asClient, type Client, type LoggedIn, loggedIn } from './client.ts'

const NAME = /^[A-Za-z0-9][\w.@+-]{0,63}$/
const ID = /^[\w-]{1,64}$/
const REGION = /^[a-z0-9-]{1,32}$/

/** A profile that fetches its credential from here, or none any more. The one thing that is written outside our own folders. */
export function awsProfileCommand(
  name: string,
  id: string | undefined,
  { remove = false }: { readonly remove?: boolean },
): Promise<number> {
  if (!NAME.test(name) || name === 'default')
    return asClient({}, async () => fail(usageTrouble(`${name} is no name for it.`, 'Like this: acme-prod')))
  if (remove && id === undefined) return asClient({}, (client) => takeOut(client, name))
  if (remove || id === undefined || !ID.test(id))
    return asClient({}, async () =>
      fail(
        usageTrouble('A profile is for one access.', `Like this: thand aws-profile ${name} <id>, or ${name} --remove`),
      ),
    )
  return loggedIn({}, (client) => putIn(client, name, id))
}

/** The credential is fetched first: it tells the region, and that there is one. The next command with the profile uses it. */
async function putIn(client: LoggedIn, name: string, id: string): Promise<Result<number, Trouble>> {
  const [file, keysFile] = [configFilePath(process.env), sharedCredentialsPath(process.env)]
  // Keys there would count before the command that the profile names.
  if (hasProfile(readBytes(keysFile), name)) return fail(notOurs(name, keysFile))
  const credential = await keptCredential(client, id)
  if (!credential.ok) return credential
  const region = credential.value.environment['AWS_REGION']
  const profile = { name, id, region: region !== undefined && REGION.test(region) ? region : undefined }
  const changed = await change(client, file, (text) => withProfile(text, profile))
  if (!changed.ok) return fail(notOurs(name, file))
  client.terminal.out(`The profile ${name} is in ${shortOf(file)}. It works until ${id} ends.`)
  client.terminal.out(`Use it: aws --profile ${name} s3 ls. Take it out: thand aws-profile ${name} --remove`)
  return ok(0)
}

async function takeOut(client: Client, name: string): Promise<Result<number, Trouble>> {
  const file = configFilePath(process.env)
  const changed = await change(client, file, (text) => withoutProfile(text, name))
  if (!changed.ok && changed.error === 'not_ours') return fail(notOurs(name, file))
  client.terminal.out(
    changed.ok ? `The profile ${name} is out of ${shortOf(file)}.` : `There is no profile ${name} in ${shortOf(file)}.`,
  )
  return ok(0)
}

function change(
  { folder }: Client,
  file: string,
  edit: (text: string) => Result<string, ProfileProblem>,
): Promise<Result<string, ProfileProblem>> {
  return withLock(folder.path, async () => {
    const before = readBytes(file)
    const after = edit(before)
    if (after.ok && after.value !== before) replaceBytes(file, after.value)
    return after
  })
}

function notOurs(name: string, file: string): Trouble {
  return {
    code: 'profile_not_ours',
    message: `There is a profile ${name} in ${file} that is not from here. It was left as it is.`,
    hint: 'Take another name.',
    exitCode: 1,
  }
}

/** As one types it. */
function shortOf(file: string): string {
  const home = `${homedir()}${path.sep}`
  return file.startsWith(home) ? `~${path.sep}${file.slice(home.length)}` : file
}
