import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { Slot } from '../../src/core/target.ts'
import type { Observation } from '../../src/ports/provider.ts'
import { allowing } from '../doubles/aws/documents.ts'
import { ACCOUNT, openAccount, REPORTS, startAccount } from '../support/aws-account.ts'

const GROUP = `arn:aws:iam::${ACCOUNT}:group/sre`
const POLICY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const GRANT = 'req_7k2mq9xd'
/** What the template's parameters and AWS itself put in. */
const VALUES: Readonly<Record<string, unknown>> = { GrantedGroups: [GROUP], GrantedPolicies: [POLICY] }

const rolePolicy = z.object({
  Type: z.literal('AWS::IAM::RolePolicy'),
  Properties: z.object({
    PolicyDocument: z.object({
      Version: z.string(),
      Statement: z.array(
        z.looseObject({
          Sid: z.string(),
          Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
        }),
      ),
    }),
  }),
})

/** The policies that docs/aws gives Thand for its ways of giving something to users of IAM. */
function documented() {
  const text = readFileSync(new URL('../../docs/aws/thand-account.yaml', import.meta.url), 'utf8')
  const fill = (value: string) => value.replaceAll('${AWS::Partition}', 'aws').replaceAll('${AWS::AccountId}', ACCOUNT)
  const { Resources } = parseDocument(text, {
    customTags: [
      { tag: '!Sub', resolve: fill },
      { tag: '!Ref', resolve: (name: string) => VALUES[name] ?? name },
    ],
  }).toJS()
  return ['People', 'Groups', 'ManagedPolicies'].map((name) => {
    const { PolicyDocument } = rolePolicy.parse(Resources[name]).Properties
    return { name, document: PolicyDocument }
  })
}

test('what the documented rights allow is what giving to users of IAM needs, and nothing in them is unused', async () => {
  const policies = documented()
  const thandPolicies = Object.fromEntries(policies.map(({ name, document }) => [name, JSON.stringify(document)]))
  const boundary = `arn:aws:iam::${ACCOUNT}:policy/ThandBoundary`
  const cloud = await startAccount(undefined, {
    thandPolicies,
    accounts: {
      [ACCOUNT]: {
        policies: { ThandBoundary: allowing('*') },
        users: { bob: { boundary }, ann: { boundary, path: '/team/' } },
        groups: { sre: [] },
      },
    },
  })
  onTestFinished(async () => {
    await cloud.close()
    expect(cloud.problems).toEqual([])
  })
  const provider = openAccount(cloud, { session: undefined })
  const at = (level: string): Observation => ({ kind: 'at', level })
  const scope = JSON.stringify([{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: [REPORTS] }])
  for (const login of ['bob', 'ann']) {
    const subject = await provider.resolveSubject({ login })
    if (!subject.ok) throw new Error(JSON.stringify(subject))
    if (login === 'bob') cloud.hands().renameUser('bob', 'robert')
    for (const name of ['group:sre', `policy:${POLICY}`, `inline:${GRANT}`]) {
      const slot: Slot = { instance: provider.instance, subject: subject.value, name }
      const [absent, level = ''] = provider.levels(name)
      const order = (seen: string, endsAt: number) => ({
        ...{ grant: GRANT, seen: at(seen), signal: new AbortController().signal },
        ...(name.startsWith('inline') && { scope, endsAt }),
      })
      expect(await provider.raise(slot, level, order(absent, 0))).toMatchObject({ ok: true })
      expect(await provider.raise(slot, level, order(level, 60_000))).toMatchObject({ ok: true })
      expect(await provider.observe(slot)).toEqual({ ok: true, value: at(level) })
      expect(await provider.lower(slot, absent, order(level, 0))).toMatchObject({ ok: true })
      expect(await provider.observe(slot)).toEqual({ ok: true, value: at(absent) })
    }
  }
  const targets = ['group:sre', `policy:${POLICY}`].map((slot) => ({ slot, level: 'there' }))
  const findings = provider.checkOnline({ targets, scopes: [], accounts: [] })
  for await (const finding of findings) expect(finding).toMatchObject({ kind: 'fine' })

  const used = new Set(cloud.decisions.filter(({ isAllowed }) => isAllowed).map(({ action }) => action))
  const given = policies.flatMap(({ document }) => document.Statement.flatMap(({ Action }) => Action))
  expect(cloud.decisions.filter(({ isAllowed }) => !isAllowed)).toEqual([])
  expect([...used].toSorted()).toEqual(expect.arrayContaining(given.toSorted()))
})

test('whom the boundary does not hold gets no inline policy by the documented rights, and that is no answer of absence', async () => {
  const thandPolicies = Object.fromEntries(documented().map(({ name, document }) => [name, JSON.stringify(document)]))
  const cloud = await startAccount(undefined, { thandPolicies, accounts: { [ACCOUNT]: { users: { bob: {} } } } })
  onTestFinished(() => cloud.close())
  const provider = openAccount(cloud, { session: undefined })
  const subject = await provider.resolveSubject({ login: 'bob' })
  if (!subject.ok) throw new Error(JSON.stringify(subject))
  const slot: Slot = { instance: provider.instance, subject: subject.value, name: `inline:${GRANT}` }
  const scope = JSON.stringify([{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }])
  const order = { grant: GRANT, scope, endsAt: Date.now(), signal: new AbortController().signal }
  const raised = await provider.raise(slot, 'attached', { ...order, seen: { kind: 'at', level: 'absent' } })
  expect(raised).toMatchObject({ ok: false, error: { kind: 'unauthorized' } })
  expect(cloud.state.accounts[ACCOUNT]?.users['bob']?.inline).toEqual({})
})
