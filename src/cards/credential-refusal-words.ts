import type { CredentialRefusal } from '../core/codes.ts'
import type { Line } from './card.ts'
import { clock, command, spanOf } from './words.ts'

type Words = {
  readonly [K in CredentialRefusal['code']]: (refusal: CredentialRefusal & { readonly code: K }) => readonly Line[]
}

/** Why a device got no credential. */
export const CREDENTIAL_WORDS: Words = {
  no_credential: () => [
    ['This role has no credential: the right is on the person’s own account'],
    ['Work with your own account for as long as the access lasts'],
  ],
  not_active_yet: ({ id }) => [
    ['This access has not begun yet'],
    ['Its card says what it waits for: ', command(`show ${id}`)],
  ],
  access_ended: () => [['This access has ended'], ['Ask again; see the line with ', command('mine')]],
  too_many_credentials: ({ most, nextAt }) => [
    [`${most} credentials of this access may still work, and there are never more`],
    ['Use one of them; the next can be made at ', clock(nextAt)],
  ],
  delivered_already: () => [['This was answered already, and a credential is shown once'], ['Ask for another one']],
  credential_refused: ({ vendor, detail }) => [
    [`${vendor} refuses to make the credential: ${detail}`],
    ['Whoever runs Thand looks at the role, and at what the App may do'],
  ],
  credential_unavailable: ({ vendor, retryAfterSeconds, worksUntil }) => [
    [`${vendor} made no credential just now`],
    [retryAfterSeconds === undefined ? 'Try again in a moment' : `Try again in ${spanOf(retryAfterSeconds)}`],
    ...(worksUntil === undefined
      ? []
      : [['If it did make one, nobody received it; it works until ', clock(worksUntil), ' at the latest']]),
  ],
}
