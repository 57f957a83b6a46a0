import { z } from 'zod'
import type { SlotKind } from './slot-kind.ts'
import { giveUser, observeAmong, takeFromUser } from './user-slot.ts'

/**
 * A membership in a group of IAM: `group:sre`. It has no end of its own. Adding who is in it already is silent, so only the list tells what stood before.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html, API_AddUserToGroup.html, API_RemoveUserFromGroup.html
 */
export const groupSlot: SlotKind = {
  name: 'group',
  level: 'member',
  levelWords: { absent: 'outside the group', there: 'member' },
  nativeEnd: 'none',
  isPlace: isGroupName,
  observe: (call, subject, place) =>
    observeAmong(call, subject, {
      level: 'member',
      isIt: (name) => isSameName(name, place),
      listOf: (UserName) => ({
        name: 'Groups',
        item: z.object({ GroupName: z.string() }).transform(({ GroupName }) => GroupName),
        page: ({ sdk, client, options }, at) =>
          client.send(new sdk.ListGroupsForUserCommand({ UserName, ...at }), options),
      }),
    }),
  raise: (call, subject, { place: GroupName }) =>
    giveUser(call, subject, {
      write: ({ sdk, client, options }, UserName) =>
        client.send(new sdk.AddUserToGroupCommand({ GroupName, UserName }), options),
      otherwise: 'the group is gone',
      atQuota:
        'the user is in as many groups as AWS lets a user be in (10). An administrator takes them out of one first',
    }),
  lower: (call, subject, { place: GroupName }) =>
    takeFromUser(call, subject, ({ sdk, client, options }, UserName) =>
      client.send(new sdk.RemoveUserFromGroupCommand({ GroupName, UserName }), options),
    ),
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Group.html */
export function isGroupName(name: string): boolean {
  return /^[\w+=,.@-]{1,128}$/.test(name)
}

/** Two names that differ in case alone cannot be in one account. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
