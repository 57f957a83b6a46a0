import type { FirstAnswers } from './first-config.ts'

/** What a first configuration, and who reads it, says of the chat platforms that were chosen. */
export interface FirstPlatforms {
  readonly platforms: readonly string[]
  /** Of which account the address is. */
  readonly address: string
  /** Lines under `identity`. */
  readonly homes: string
  /** Lines of the workflow, down to its stages. */
  readonly channel: string
  /** How one calls Thand there. */
  readonly call: string
  /** For .env. */
  readonly variables: string
  readonly pages: string
}

export function firstPlatforms(answers: FirstAnswers): FirstPlatforms {
  if (answers.chat === 'teams') return { ...ofTeams(answers), platforms: ['teams'] }
  const slack = ofSlack(answers)
  if (answers.chat !== 'both') return { ...slack, platforms: ['slack'] }
  const teams = ofTeams(answers)
  return {
    ...slack,
    platforms: ['slack', 'teams'],
    address: `${slack.address}, which is ${teams.address}`,
    homes: `${slack.homes}\n${teams.homes}`,
    channel: `    # In Teams: teams:19:…@thread.tacv2. Wherever the card is, one asks and decides by a line from either.\n${slack.channel}`,
    variables: `${slack.variables}, ${teams.variables}`,
    pages: `${slack.pages}, ${teams.pages}`,
  }
}

type Part = Omit<FirstPlatforms, 'platforms'>

function ofSlack({ slackTeam, slackChannel }: FirstAnswers): Part {
  return {
    address: 'the e-mail address of their Slack profile',
    homes: `  # The home workspace: T…, or E… of an enterprise.
  slack: { team: ${JSON.stringify(slackTeam)} }`,
    channel: `    # The id of the channel, at the end of its details. The bot has to be in it: /invite @Thand
    channel: ${JSON.stringify(`slack:${slackChannel}`)}
    pending_timeout: 30m
    # Approving by ✅ on the card.
    reactions: true`,
    call: 'in Slack: /thand',
    variables: 'SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET',
    pages: 'docs/connect-slack.md',
  }
}

function ofTeams({ teamsTenant, teamsChannel }: FirstAnswers): Part {
  return {
    address: 'their user principal name in Teams',
    homes: `  # The home tenant: the same as MicrosoftAppTenantId.
  teams: { tenant: ${JSON.stringify(teamsTenant)} }`,
    channel: `    # The id in the link to the channel, decoded. The app has to be in its team: Apps, Thand, Add to a team
    channel: ${JSON.stringify(`teams:${teamsChannel}`)}
    pending_timeout: 30m
    # Approving by 👍 on the card.
    reactions: true`,
    call: 'in your chat with Thand in Teams:',
    variables: 'MicrosoftAppId, MicrosoftAppPassword, MicrosoftAppTenantId',
    pages: 'docs/connect-teams.md',
  }
}
