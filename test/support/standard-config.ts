/** The configuration of most flows: org-admin and an SRE team, both decided by one person of security. */
export function standardConfig(
  github: { readonly url: string },
  options: {
    readonly quorum?: number
    readonly pending?: string
    readonly reactions?: boolean
    readonly roles?: string
  } = {},
): string {
  const { quorum = 1, pending = '10m', reactions = true, roles = '' } = options
  return `version: "1.0"
people:
  ann@acme.example: { name: Ann, groups: [platform], accounts: { github: ann-acme } }
  bob@acme.example: { name: Bob, groups: [platform], accounts: { github: bob-acme } }
  sam@acme.example: { name: Sam, groups: [security], accounts: { github: sam-acme } }
  sue@acme.example: { name: Sue, groups: [security, platform], accounts: { github: sue-acme } }
identity:
  domains: [acme.example]
  slack: { team: T0ACME }
limits: { min_duration: 1s, max_duration: 8h, pending_timeout: ${pending} }
providers:
  github:
    provider: github
    name: GitHub acme
    config: { org: acme, token: "\${env:GITHUB_TOKEN}", api_url: "${github.url}" }
roles:
  org-admin:
    name: Organisation owner
    description: Full administration of the acme organisation
    enabled: true
    providers: [github]
    permissions: { allow: [{ operations: ["org:admin"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
    default_duration: 30m
  team-sre:
    name: SRE team
    description: Member of the sre team
    enabled: true
    providers: [github]
    permissions: { allow: [{ operations: ["team:member"], targets: [sre] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
${roles}
workflows:
  two-eyes:
    name: Security approves
    channel: slack:C0ACCESS
    pending_timeout: ${pending}
    reactions: ${reactions}
    stages:
      - { approvers: { groups: [security] }, quorum: ${quorum} }
`
}
