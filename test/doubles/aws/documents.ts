/** A policy that allows these actions on everything. */
export function allowing(...actions: string[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })
}

/** The trust of a role that lets these principals in, with a source identity and tags. */
export function trusting(...principals: string[]): string {
  const Action = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']
  const Statement = [{ Effect: 'Allow', Principal: { AWS: principals }, Action }]
  return JSON.stringify({ Version: '2012-10-17', Statement })
}
