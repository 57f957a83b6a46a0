import { goneWords } from './gone-words.ts'

/** Why access was not given, in words that a person can act on. */
export function failureWords(
  failure: { readonly code: string; readonly detail: string; readonly account: string },
  vendor: string,
): string {
  const account = `the ${vendor} account ${failure.account}`
  const known: Readonly<Record<string, string>> = {
    subject_unknown: `${account} does not exist. Whoever runs Thand corrects it in thand.yaml.`,
    subject_changed: `the name ${failure.account} means another ${vendor} account now. Whoever runs Thand confirms it in thand.yaml.`,
    subject_is_ours: `${account} is the one that Thand itself uses.`,
    not_in_organisation: `${account} is not a member of the organisation, and a team role invites nobody.`,
    synced_elsewhere: 'this team is kept by an identity provider; ask for it there.',
    target_unknown: `what the role names does not exist at ${vendor} any more.`,
    role_changed: 'the role has changed since it was approved. Ask again.',
    requester_gone: `${goneWords('who asked', failure.detail)}.`,
    not_eligible: 'who asked may not ask for this role any more.',
    approver_gone: 'without those who may not decide any more, the approvals are not enough. Ask again.',
    no_account: `no ${vendor} account is known for who asked.`,
    gave_up: `${vendor} did not take it within 15 minutes: ${failure.detail}`,
    out_of_time: `the time ran out before ${vendor} had given it (${failure.detail}).`,
    not_begun: 'it did not begin within 15 minutes of the approval. Ask again.',
  }
  return known[failure.code] ?? `${vendor} refuses it: ${failure.detail}`
}
