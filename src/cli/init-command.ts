import { existsSync, writeFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { fail, ok, type Result } from '../core/result.ts'
import { type FirstAnswers, firstConfig } from './first-config.ts'
import { type FirstPlatforms, firstPlatforms } from './first-platforms.ts'
import { answerIn, isAsked, QUESTIONS } from './init-questions.ts'

export interface InitOptions extends Partial<FirstAnswers> {
  readonly file: string
  readonly overwrite: boolean
}

/** Where one is asked: a terminal, or nothing. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

const NEXT = (file: string, { variables, pages, call }: FirstPlatforms) => `${file} is written. What comes next:
  1. cp examples/env .env, chmod 600 .env, and fill in ${variables}, GITHUB_TOKEN and THAND_URL;
     ${pages} and docs/connect-github.md say where each comes from
  2. npx --no thand validate --online ${file}
  3. THAND_CONFIG=${file} npm start, and ${call} request github:try-it 2m
`

/** A first thand.yaml from answers or options. Writes over nothing that it was not told to. */
export async function initCommand(options: InitOptions, terminal: Terminal | undefined): Promise<number> {
  const { file, overwrite } = options
  if (existsSync(file) && !overwrite) {
    process.stderr.write(
      `${file} is there already, and stays as it is.\nTry: thand init --file other.yaml, or --overwrite\n`,
    )
    return 1
  }
  const given = terminal === undefined ? fromOptions(options) : await askForRest(options, terminal)
  if (!given.ok) {
    process.stderr.write(given.error)
    return 2
  }
  // Not over what came to be there meanwhile either.
  writeFileSync(file, firstConfig(given.value), { mode: 0o600, flag: overwrite ? 'w' : 'wx' })
  const about = firstPlatforms(given.value)
  const problems = await problemsIn(file, about.platforms)
  if (problems !== '') {
    process.stderr.write(`${file} is written and not right yet:\n${problems}\n`)
    return 1
  }
  process.stdout.write(NEXT(file, about))
  return 0
}

/** As `thand validate` says them. The token is to be filled in later. */
async function problemsIn(path: string, platforms: readonly string[]): Promise<string> {
  const [{ engines }, { loadConfig }, { formatProblems }] = await Promise.all([
    import('../main.ts'),
    import('../config/load-config.ts'),
    import('../config/format-problems.ts'),
  ])
  const env = { GITHUB_TOKEN: 'to be filled in' }
  const read = await loadConfig({ path, env, engines, platforms, isProduction: false })
  return read.ok ? '' : formatProblems(read.error)
}

type Given = Result<FirstAnswers, string>

function fromOptions(options: Partial<FirstAnswers>): Given {
  const answers: Partial<Record<keyof FirstAnswers, string>> = {}
  const problems: string[] = []
  for (const question of QUESTIONS) {
    const { key, flag, expected } = question
    const given = options[key]
    if (!isAsked(question, answers)) {
      if (given !== undefined) problems.push(`--${flag}: not with --chat ${answers.chat}\n`)
      answers[key] = ''
      continue
    }
    const typed = given ?? question.otherwise?.(answers)
    const answer = typed === undefined ? undefined : answerIn(question, typed, answers)
    if (answer === undefined) problems.push(`--${flag}: ${expected}\n`)
    else answers[key] = answer
  }
  if (problems.length > 0) return fail(`What is missing or not right:\n${problems.join('')}`)
  return whole(answers)
}

/** What the options say is not asked again. */
async function askForRest(options: Partial<FirstAnswers>, terminal: Terminal): Promise<Given> {
  const { intro, isCancel, text } = await import('@clack/prompts')
  const answers: Partial<Record<keyof FirstAnswers, string>> = {}
  intro('A first thand.yaml', terminal)
  for (const question of QUESTIONS) {
    const { key, message, example, expected } = question
    const given = isAsked(question, answers) ? answerIn(question, options[key] ?? '', answers) : ''
    if (given !== undefined) {
      answers[key] = given
      continue
    }
    const otherwise = question.otherwise?.(answers)
    const read = (typed: string | undefined) => answerIn(question, typed?.trim() || (otherwise ?? ''), answers)
    const typed = await text({
      ...terminal,
      message,
      placeholder: otherwise ?? example,
      ...(otherwise === undefined ? {} : { defaultValue: otherwise }),
      validate: (line) => (read(line) === undefined ? `Expected ${expected}` : undefined),
    })
    if (isCancel(typed)) return fail('Nothing was written.\n')
    answers[key] = read(typed) ?? ''
  }
  return whole(answers)
}

function whole(answers: Partial<Record<keyof FirstAnswers, string>>): Given {
  const isWhole = (some: typeof answers): some is FirstAnswers => QUESTIONS.every(({ key }) => some[key] !== undefined)
  return isWhole(answers) ? ok(answers) : fail('Nothing was written.\n')
}
