import { secretLines } from './secret-shape.ts'

/** One file of the configuration, with what is needed to show a line of it. */
export interface Source {
  readonly file: string
  readonly text: string
  readonly lines: readonly string[]
  /** Where each line begins. */
  readonly starts: readonly number[]
  /** Lines that are never shown; the walk over the tree adds to those that the text alone gives away. */
  readonly hiddenLines: Set<number>
}

export interface Place {
  readonly source: Source
  readonly offset: number
}

/** Of one key and its value. */
export interface Places {
  readonly key: Place
  readonly value: Place
}

/** By `JSON.stringify` of the path. */
export type PlaceMap = Map<string, Places>

export function createSource(file: string, text: string): Source {
  const lines = text.split('\n')
  let next = 0
  const starts = lines.map((line) => {
    const start = next
    next += line.length + 1
    return start
  })
  return {
    file,
    text,
    lines: lines.map((line) => line.replace(/\r$/, '')),
    starts,
    hiddenLines: new Set(secretLines(text)),
  }
}

/** Both count from 1. */
export function lineAndColumn({ source, offset }: Place): { readonly line: number; readonly column: number } {
  const index = source.starts.findLastIndex((start) => start <= offset)
  return { line: index + 1, column: offset - (source.starts[index] ?? 0) + 1 }
}

export function lineOf(source: Source, line: number): string | undefined {
  if (source.hiddenLines.has(line)) return undefined
  return source.lines[line - 1]
}

/** Hides the lines that a range of the text covers. */
export function hide(source: Source, from: number, to: number): void {
  const first = lineAndColumn({ source, offset: from }).line
  const last = lineAndColumn({ source, offset: Math.max(from, to - 1) }).line
  for (let line = first; line <= last; line++) source.hiddenLines.add(line)
}
