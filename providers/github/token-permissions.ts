/**
 * The permissions over repositories that an installation token can be given, with their levels, lowest first. Those over
 * an organisation or an account are not for agents: they reach beyond the repositories that a role names.
 * https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
const both = ['read', 'write'] as const

export const tokenPermissions: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['actions', both],
  ['administration', both],
  ['artifact_metadata', both],
  ['attestations', both],
  ['checks', both],
  ['code_quality', both],
  ['codespaces', both],
  ['contents', both],
  ['dependabot_secrets', both],
  ['deployments', both],
  ['discussions', both],
  ['environments', both],
  ['issues', both],
  ['merge_queues', both],
  ['metadata', both],
  ['packages', both],
  ['pages', both],
  ['pull_requests', both],
  ['repository_custom_properties', both],
  ['repository_hooks', both],
  ['repository_projects', both],
  ['secret_scanning_alerts', both],
  ['secrets', both],
  ['security_events', both],
  ['single_file', both],
  ['statuses', both],
  ['vulnerability_alerts', both],
  ['workflows', ['write']],
])
