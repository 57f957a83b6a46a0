// A command that uses AWS by the SDK alone, as anybody's would: which key counted, and what came of it. `<seconds>`: again and again.
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam'

const until = Date.now() + Number(process.argv[2] ?? 0) * 1000
const client = new IAMClient({ maxAttempts: 1 })
do {
  const outcome = await client
    .send(new GetUserCommand({ UserName: 'ann' }))
    .then(({ User }) => User.UserName)
    .catch((error) => error.name)
  const { accessKeyId } = await client.config.credentials().catch((error) => ({ accessKeyId: error.name }))
  console.log(accessKeyId, outcome)
  if (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 250))
} while (Date.now() < until)
