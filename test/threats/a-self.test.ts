import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PEOPLE } from '../support/world.ts'
import { answerTo, approveBy, boundTo, configWith, decidedOf, NOTHING, PATHS, role, workflow } from './a-stage.ts'
import { givenStage, type Stage } from './b-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await givenStage({
    people: {
      ...PEOPLE,
      U0ANN2: { name: 'Ann', email: 'ANN@Acme.Example' },
      U0ANN3: { name: 'Ann', email: 'ann+approver@acme.example' },
      U0ANN4: { name: 'Ann', email: 'ann@acme.example', team: 'T0TWIN' },
    },
    yaml: (github) =>
      configWith(github, {
        people: ['tom@acme.example: { name: Tom, groups: [security, security/leads], accounts: { github: tom-acme } }'],
        roles: [
          role('own', { workflow: 'everybody' }),
          role('named', { workflow: 'named' }),
          role('alone', { workflow: 'alone' }),
          role('guarded', { workflow: 'guards' }),
        ],
        workflows: [
          workflow('everybody', ['{ approvers: { groups: [security, platform, admins, security/leads] }, quorum: 1 }']),
          workflow('named', ['{ approvers: { users: [ann@acme.example, sam@acme.example] }, quorum: 1 }']),
          workflow('alone', ['{ approvers: { users: [ann@acme.example] }, quorum: 1 }']),
          workflow('guards', ['{ approvers: { groups: [guards] }, quorum: 1 }']),
        ],
        top: 'authority: { administrators: { groups: [admins], users: [ann@acme.example, sue@acme.example] } }\n',
      })
        .replace('{ name: Ann, groups: [platform]', '{ name: Ann, groups: [platform, security, admins, security/leads]')
        .replace('{ name: Bob, groups: [platform]', '{ name: Bob, groups: [platform, guards]'),
  })
})
afterAll(async () => {
  const problems = [...stage.world.slack.problems, ...stage.github.problems]
  await stage.close()
  expect(problems).toEqual([])
})

describe('A4: nobody approves their own request', () => {
  // Ann is in every group that decides, once by a nested name, is named by address, and is an administrator.
  test.each(PATHS)('as herself, in every group that decides, and as an administrator: %s', async (path) => {
    for (const key of ['own', 'named']) {
      const id = await stage.ask('U0ANN', `github:${key} ${10 + PATHS.indexOf(path)}m`)
      const delivery = await approveBy(stage, path, { user: 'U0ANN', id })
      await stage.world.until('an answer', () => /own request/.test(answerTo(stage, 'U0ANN', delivery)))
      expect(await decidedOf(stage, id)).toEqual({ ...NOTHING, refused: ['own_request'] })
    }
  })

  test.each([
    ['U0ANN2', 'her own address in another case'],
    ['U0ANN3', 'her address with a tag'],
    ['U0ANN4', 'her address in another workspace'],
  ])('with a second account, %s: %s', async (user) => {
    const id = await stage.ask('U0ANN', `github:own 3${user.slice(-1)}m`)
    for (const path of PATHS) {
      await approveBy(stage, path, { user, id })
      expect(await decidedOf(stage, id)).toEqual({ ...NOTHING, refused: [] })
    }
    expect(await boundTo(stage, user)).toBeUndefined()
    expect(await boundTo(stage, 'U0ANN')).toBe('ann@acme.example')
  })

  test('a request that only she could approve is refused when she asks', async () => {
    expect(await stage.say('U0ANN', 'request github:alone 30m')).toMatch(/Without you there are not enough/)
    const id = await stage.ask('U0BOB', 'github:alone 30m')
    await stage.say('U0ANN', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('approved')
  })

  test('the same account, once the configuration says that it is somebody else’s', async () => {
    const id = await stage.ask('U0ANN', 'github:own 47m')
    const before = 'accounts: { github: sue-acme'
    await stage.restart((yaml) => yaml.replace(before, `${before}, slack: U0ANN`))
    expect(await stage.say('U0ANN', `approve ${id}`)).toMatch(/own request/)
    expect(await decidedOf(stage, id)).toEqual({ ...NOTHING, refused: ['own_request'] })
    await stage.restart((yaml) => yaml.replace(', slack: U0ANN', ''))
  })
})

describe('A8: who decides one role decides no other', () => {
  const voters: readonly [string, string, string][] = [
    ['U0SAM', 'who decides other roles', 'not_found'],
    ['U0SUE', 'an administrator who does not decide this one', 'not_approver'],
  ]
  test.each(voters)('%s, %s', async (user, _who, code) => {
    const id = await stage.ask('U0ANN', `github:guarded ${20 + voters.findIndex(([one]) => one === user)}m`)
    for (const path of PATHS) await approveBy(stage, path, { user, id })
    expect(await decidedOf(stage, id)).toEqual({ ...NOTHING, refused: [code, code, code] })
    await stage.say('U0BOB', `approve ${id}`)
    expect(await stage.stateOf(id)).toBe('approved')
  })
})
