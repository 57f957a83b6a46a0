import type { Session } from '../../src/wire/session.ts'

/** An active one that lasts ten minutes, but for what a test says otherwise. */
export function givenSession(over: Partial<Session> = {}): Session {
  const now = Date.now()
  return {
    id: 'req_7k2mq9xd',
    provider: 'github',
    provider_name: 'GitHub acme',
    role: 'github:org-admin',
    role_name: 'Organisation owner',
    target: 'org:acme = owner',
    state: 'active',
    reason: 'fix billing',
    duration_seconds: 600,
    asked_at: new Date(now).toISOString(),
    decides: ['Sam', 'Sue'],
    approved_by: [],
    expires_at: new Date(now + 600_000).toISOString(),
    ends: 'back to member',
    has_credentials: true,
    title: 'Ann is Organisation owner at GitHub acme',
    ...over,
  }
}
