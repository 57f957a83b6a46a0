/** The smallest configuration that shows the main job. */
export function demoConfig(githubUrl: string): string {
  return `version: "1.0"
people:
  ann@acme.example: { name: Ann, groups: [platform], accounts: { github: ann-acme } }
  sam@acme.example: { name: Sam, groups: [security], accounts: { github: sam-acme } }
identity:
  domains: [acme.example]
  slack: { team: T0ACME }
limits: { min_duration: 1s }
providers:
  github:
    provider: github
    name: GitHub acme
    config: { org: acme, token: "\${env:GITHUB_TOKEN}", api_url: "${githubUrl}" }
roles:
  org-admin:
    name: Organisation owner
    description: Full administration of the acme organisation
    providers: [github]
    permissions: { allow: [{ operations: ["org:admin"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
workflows:
  two-eyes:
    name: One person from security
    channel: slack:C0ACCESS
    reactions: true
    stages:
      - { approvers: { groups: [security] }, quorum: 1 }
`
}
