import type { ConfigProblem } from './problem.ts'

const WIDTH_MAX = 160

/** As a compiler says it: where, what was expected, the line itself and a mark under the place. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  return problems.map(formatProblem).join('\n')
}

function formatProblem(problem: ConfigProblem): string {
  const { file, line, column, key, expected, suggestion } = problem
  const where = `${file}:${line}:${column}: ${key === '' ? '' : `${key}: `}`
  const meant = suggestion === undefined ? '' : `, did you mean ${suggestion}?`
  return [`${printable(`${where}expected ${expected}${meant}`)}`, ...excerpt(problem), ''].join('\n')
}

function excerpt({ line, column, sourceLine }: ConfigProblem): readonly string[] {
  const gutter = `${line} | `
  if (sourceLine === undefined) return [`${gutter}(not shown: it may hold a secret)`]
  if (sourceLine.trim() === '') return []
  const from = column > WIDTH_MAX ? column - WIDTH_MAX / 2 : 0
  const shown = printable(sourceLine.replaceAll('\t', ' ')).slice(from, from + WIDTH_MAX)
  return [`${gutter}${shown}`, `${' '.repeat(gutter.length + Math.max(0, column - 1 - from))}^`]
}

/** Nothing of a file moves a terminal's cursor or turns its text around: each such character is one `?`. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}
