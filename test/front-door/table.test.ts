import { expect, test } from 'vitest'
import { CASES } from './cases.ts'

/** `npx vitest run test/front-door/table.test.ts -u` writes the page anew. */
const PAGE = '../../docs/front-doors.md'

test('the page has one row for each case that both platforms play', async () => {
  const rows = CASES.map(({ what, slack, teams }) => rowOf(what, slack, teams))
  const differences = DIFFERENCES.map((cells) => rowOf(...cells))
  const table = (head: readonly string[], lines: readonly string[]) =>
    [rowOf(...head), `|${'---|'.repeat(head.length)}`, ...lines].join('\n')
  const page = [
    HEAD,
    table(['what one can do', 'Slack', 'Teams'], rows),
    BETWEEN,
    table(['what', 'Slack', 'Teams', 'cause'], differences),
    TAIL,
  ]
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot(PAGE)
})

function rowOf(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

type Difference = readonly [what: string, slack: string, teams: string, cause: string]

const DIFFERENCES: readonly Difference[] = [
  [
    'a page of one’s own',
    'the *Home* tab, drawn anew when something changes',
    'none; `mine` and `pending` answer the same as text, `mine` with *End now* where one holds a single thing',
    'a bot in Teams has a chat and no page; a tab would be a web page with a log-in of its own',
  ],
  [
    'saying no by a reaction',
    '❌ denies',
    'none; *Deny…* or `deny <id>`',
    'none of the reactions that Teams offers beside a message means no; any but 👍 is ignored',
  ],
  [
    'times',
    'each reader’s zone; with seconds where a card says when something ended',
    'each reader’s zone; hours and minutes',
    'Teams fills in the date itself, and its `TIME` has no seconds. Notifications and words under a card are in UTC, where seconds are said',
  ],
  [
    'searching a role in the form',
    'Thand is asked while one types: a hundred of those that fit',
    'over the first hundred that one may ask for, in the client; fewer where the card would be larger than 25 KB',
    'a field of a card cannot ask us while somebody types',
  ],
  [
    'errors of a form',
    'under the field that is wrong',
    'together, as words under the card; the form stays',
    'the answer to a press is a card or a text, and knows no fields',
  ],
  [
    'a post whose answer was lost',
    'a second card may stand there. The lost one follows once a button on it was pressed',
    'the same',
    'Slack keeps our key with a root, but nobody looks it up; Teams keeps none, so it could not be looked up',
  ],
  [
    'the thread of a card in a group chat',
    'a thread',
    'messages below, among those of others',
    'chats in Teams have no threads, channels have',
  ],
  [
    'answers that only one sees',
    'ephemeral, where one typed',
    'in the one-to-one chat; where one typed only for a slash command that the client sends for one alone',
    'Teams has such messages for targeted commands only (manifest 1.29), and they go away after a day',
  ],
  [
    'asking from anywhere',
    'the shortcut *Request access* beside the message box',
    'none; `@Thand` alone, in any chat or channel where the app is',
    'its equal is a message extension, which is another part of an app; not there',
  ],
  [
    'being told that somebody left',
    'an event, and asking every minute; both end what they have',
    'no event. Asking every minute; an account that has become a guest, or of another tenant, ends what it has. One that the connector does not know any more ends nothing: nothing new is permitted',
    'Teams tells a bot nothing of the tenant, and answers 404 both for who left the company and for who left the team. Take who left out of `people`',
  ],
  [
    'knowing that others read along',
    'asked before each post, at most 10 s old; nothing goes there',
    'known only once Teams has called the channel shared, in something that was said there or told of it',
    'asking would need a right over the tenant’s channels; the app asks for none',
  ],
  [
    'knowing where a channel is',
    'by its id',
    'by its id, and after one genuine delivery from the tenant: until then cards wait',
    'the address of the connector comes with what is heard, and in no other way',
  ],
  [
    'running without a public address',
    'Socket Mode',
    'none: `POST /api/messages` has to be reachable over https',
    'the Bot Framework calls the bot, and has no connection that the bot opens',
  ],
  [
    'looking before starting (`thand validate --online`)',
    'token, scopes, channels, accounts',
    'the client secret, and the keys that Teams signs with',
    'channels and people can be asked about only where something was heard from',
  ],
]

const HEAD = `# Front doors: Slack and Teams

The same product behind two platforms. Each row below is one test, played at the outside of the real server with real signatures, once over the double of Slack and once over that of
Teams: \`test/front-door/cases.ts\`. Both may be set up at once; one asks in the one, and somebody decides in the other (\`test/teams/both.test.ts\`).

This page is written by \`test/front-door/table.test.ts\` from these cases, and fails when it says something else.`

const BETWEEN = `## What differs, and why

Written by hand, and looked up in the code.`

const TAIL = `## See also

[connect-slack.md](connect-slack.md), [connect-teams.md](connect-teams.md); [adding-a-front-door.md](adding-a-front-door.md) for a third one. Neither platform was asked itself: both pages say under
*Not run by us* what that leaves open.`
