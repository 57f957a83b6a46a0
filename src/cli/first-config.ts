import { firstPlatforms } from './first-platforms.ts'

/** What `thand init` asks for. */
export interface FirstAnswers {
  /** `slack`, `teams` or `both`; what is not asked of those is empty. */
  readonly chat: string
  readonly requester: string
  readonly requesterName: string
  readonly requesterGithub: string
  readonly approver: string
  readonly approverName: string
  readonly approverGithub: string
  readonly slackTeam: string
  readonly slackChannel: string
  readonly teamsTenant: string
  readonly teamsChannel: string
  readonly githubOrg: string
  readonly githubTeam: string
}

/** A configuration to begin with: two people, one team, one role that needs the other's yes and one that needs nobody's. */
export function firstConfig(answers: FirstAnswers): string {
  const q = (text: string) => JSON.stringify(text)
  const { requester, approver } = answers
  const { address, homes, channel, call } = firstPlatforms(answers)
  const domains = [...new Set([requester, approver].map((address) => address.slice(address.indexOf('@') + 1)))]
  return `# Who may have what, for how long, and who decides. Check it with: npx --no thand validate --online
# Everything that can stand here is in examples/thand.yaml.
version: "1.0"

# Everybody that Thand knows, by ${address}. Under accounts: their name at GitHub.
people:
  ${q(requester)}:
    name: ${q(answers.requesterName)}
    groups: [platform]
    accounts: { github: ${q(answers.requesterGithub)} }
  ${q(approver)}:
    name: ${q(answers.approverName)}
    groups: [security]
    accounts: { github: ${q(answers.approverGithub)} }

identity:
  # Only addresses in these domains are matched to a chat account.
  domains: [${domains.map(q).join(', ')}]
  # An account is bound to a person the first time it acts.
  binding: first_contact
${homes}

# Administrators may see and end any access, and are called when a revoke is late. Nobody may approve by that.
authority:
  administrators: { users: [${q(requester)}] }

providers:
  github:
    provider: github
    name: ${q(`GitHub ${answers.githubOrg}`)}
    config:
      org: ${q(answers.githubOrg)}
      token: "\${env:GITHUB_TOKEN}"
      # Better than a token, once it is for real: an App (docs/connect-github.md).
      # app: { id: 123456, private_key: "\${file:./thand-app.pem}", installation_id: 7890123 }

roles:
  # ${call} request github:team 30m trying Thand
  team:
    name: ${q(`Team ${answers.githubTeam}`)}
    description: ${q(`Member of the team ${answers.githubTeam}`)}
    providers: [github]
    permissions:
      allow: [{ operations: ["team:member"], targets: [${q(answers.githubTeam)}] }]
    # Who may ask. Nobody decides on their own request.
    scopes:
      allow: { groups: [platform, security] }
    workflows: [two-eyes]
    max_duration: 4h
    default_duration: 30m

  # For a first try alone: asking is enough. Delete it when you have seen it work.
  try-it:
    name: ${q(`Team ${answers.githubTeam}, for a first try`)}
    providers: [github]
    permissions:
      allow: [{ operations: ["team:member"], targets: [${q(answers.githubTeam)}] }]
    scopes:
      allow: { users: [${q(requester)}] }
    approval: none
    max_duration: 15m
    default_duration: 2m

  # org-admin:
  #   name: Organisation owner
  #   providers: [github]
  #   permissions: { allow: [{ operations: ["org:admin"] }] }
  #   scopes: { allow: { groups: [platform] } }
  #   workflows: [two-eyes]
  #   max_duration: 1h
  #   reason: { required: true }

workflows:
  two-eyes:
    name: One other person
${channel}
    stages:
      - { approvers: { groups: [platform, security] }, quorum: 1 }
`
}
