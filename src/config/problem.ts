/** One thing that is wrong in the configuration. Nothing in it ever holds a secret: it is made to be printed. */
export interface ConfigProblem {
  readonly file: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  /** `roles.org-admin.max_duration`; empty for a file as a whole. */
  readonly key: string
  readonly expected: string
  readonly suggestion?: string
  /** The line itself, or `undefined` when there is none or it may hold a secret. */
  readonly sourceLine: string | undefined
}

export type Path = readonly (string | number)[]
