/** Names the variable, never what is in it. */
export interface EnvironmentProblem {
  readonly variable: string
  readonly expected: string
  readonly suggestion?: string
}

/** What is set, by the variable's name. */
export type Given = Readonly<Record<string, string>>
