/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: RoleSessionName and SourceIdentity */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/

/** No two sessions have the same, so that one of them can be ended. A grant whose id does not fit is a bug: it throws. */
export function sessionNameOf(grant: string, number: number): string {
  const name = `jit-${grant}-${number}`
  if (!SESSION_NAME.test(name)) throw new Error(`no name of a session: ${JSON.stringify(name)}`)
  return name
}

/** Who holds the grant, in the letters that AWS takes: every event in CloudTrail carries it. */
export function sourceIdentityOf(holder: string): string {
  return holder
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-')
}

/** The name of the policy that ends one session, which tells when it can be removed. */
export function endingPolicyName(session: string, overAtMs: number): string {
  return `jit-ended-${session}-${Math.ceil(overAtMs / 1000)}`
}

/** When the session of such a policy is over by itself, in ms; undefined of every other name. */
export function endOfEnding(policyName: string): number | undefined {
  const [, seconds] = /^jit-ended-jit-[\w+=,.@-]{1,60}-\d+-(\d{10,11})$/.exec(policyName) ?? []
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

export function roleNameIn(pathAndName: string): string {
  return pathAndName.slice(pathAndName.lastIndexOf('/') + 1)
}
