/** Why somebody's access or vote ended without them. `why` is the word of the directory. */
export function goneWords(who: string, why: string): string {
  if (why === '' || why === 'not_known') return `${who} is not known to Thand any more`
  return `the account of ${who} may not use Thand any more (${why.replaceAll('_', ' ')})`
}
