import type { AwsReach } from './config.ts'

/** `aws|aws|123456789012`, with the host of another endpoint at its end: what is not AWS's own is another instance. */
export function instanceOf({ partition, endpoint }: Pick<AwsReach, 'partition' | 'endpoint'>, owner: string): string {
  const host = endpoint === undefined ? [] : [new URL(endpoint).host]
  return ['aws', partition, owner, ...host].join('|').toLowerCase()
}
