import { problem } from '../wire/problem.ts'
import { PROBLEM_TYPE } from './answer-error.ts'

const answer = (description: string) => ({ description, content: { [PROBLEM_TYPE]: { schema: problem } } })

/** What every route may answer instead. */
export const PROBLEM_ANSWERS = {
  '4xx': answer('Refused: `code` says why, for programs; `detail` and `hint` for people'),
  '5xx': answer('The database or the chat platform cannot be reached: try again'),
}
