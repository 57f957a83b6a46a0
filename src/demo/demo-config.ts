/** The smallest configuration that shows a right on one's own account, a token to use, and a session that ends by itself. */
export function demoConfig({ github, aws, account }: Readonly<Record<'github' | 'aws' | 'account', string>>): string {
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
    config:
      org: acme
      token: "\${env:GITHUB_TOKEN}"
      app: { id: "7", private_key: "\${env:GITHUB_APP_KEY}", installation_id: 70 }
      api_url: "${github}"
  aws:
    provider: aws
    name: AWS acme
    config: { account: "${account}", endpoint: "${aws}", session: { role: ThandSession } }
roles:
  org-admin:
    name: Organisation owner
    description: Full administration of the acme organisation
    providers: [github]
    permissions: { allow: [{ operations: ["org:admin"] }] }
    scopes: { allow: { groups: [platform] } }
    workflows: [two-eyes]
    max_duration: 4h
  read-web:
    name: Reader of the web repository
    description: A token that reads its code
    providers: [github]
    permissions: { allow: [{ operations: ["token:contents:read"], targets: [web] }] }
    scopes: { allow: { groups: [platform] } }
    approval: none
    max_duration: 4h
  list-users:
    name: Auditor of users
    description: A session that lists the users of the account
    providers: [aws]
    permissions: { allow: [{ operations: ["iam:ListUsers"] }] }
    scopes: { allow: { groups: [platform] } }
    approval: none
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
