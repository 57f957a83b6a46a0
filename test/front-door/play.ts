import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { standardConfig } from '../support/standard-config.ts'
import { CASES } from './cases.ts'
import type { Door } from './door.ts'
import { slackDoor } from './slack-door.ts'
import { teamsDoor } from './teams-door.ts'

const relaxed = (yaml: string) =>
  yaml.replace('limits: { ', 'limits: { commands_per_minute: 1000, pending_per_person: 100, ')

const DOORS = {
  slack: (quorum: number) => slackDoor({ yaml: (github) => relaxed(standardConfig(github, { quorum })) }),
  teams: (quorum: number) => teamsDoor({ config: { quorum }, change: relaxed }),
}

/** The same cases for each platform, played at the outside of the server with real signatures. */
export function playAt(platform: keyof typeof DOORS): void {
  describe.each([1, 2] as const)(`${platform}, with %i to approve`, (quorum) => {
    let door: Door
    beforeAll(async () => {
      door = await DOORS[platform](quorum)
    })
    afterAll(async () => {
      expect(await door.close()).toEqual([])
    })
    test.each(CASES.filter((each) => each.quorum === quorum).map((each) => [each.what, each] as const))(
      '%s',
      (_what, { play }) => play(door),
      60_000,
    )
  })
}
