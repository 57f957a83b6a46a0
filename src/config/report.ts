import { nearestWord } from '../core/nearest-word.ts'
import type { ConfigProblem, Path } from './problem.ts'
import { looksSecret } from './secret-shape.ts'
import { lineAndColumn, lineOf, type Place, type PlaceMap } from './source.ts'

interface Found {
  readonly place: Place
  readonly path: Path
  readonly expected: string
  readonly suggestion: string | undefined
}

/** Shorter ones are words such as the name of an organisation, which would blot out half of a text. */
const SECRET_LENGTH_MIN = 8

/** Collects the problems of one reading, and knows where in the files every key and every value is. */
export class Report {
  readonly #places: PlaceMap = new Map()
  readonly #found: Found[] = []
  readonly #secrets = new Set<string>()

  /** Where things are in one more file; what is known already stays where it is. */
  learn(places: PlaceMap): void {
    for (const [path, place] of places) if (!this.#places.has(path)) this.#places.set(path, place)
  }

  placesOf(path: Path): ReturnType<PlaceMap['get']> {
    return this.#places.get(JSON.stringify(path))
  }

  /** A value that no text of a problem may hold, whoever wrote that text. */
  keepSecret(value: string): void {
    if (value.trim().length >= SECRET_LENGTH_MIN) this.#secrets.add(value.trim())
  }

  /** Something wrong with a value, or with one that is missing: then its nearest parent is shown. */
  add(path: Path, expected: string, suggestion?: string): void {
    this.addAt(this.#placeOf(path, 'value'), path, { expected, suggestion })
  }

  /** A word that is none of the known ones. */
  addUnknown(path: Path, word: string, known: { readonly what: string; readonly words: readonly string[] }): void {
    const { what, words } = known
    const expected = words.length === 0 ? `${what}, of which there is none` : `${what}: ${list(words)}`
    this.add(path, expected, nearestWord(word, words))
  }

  /** Something wrong with a key. */
  addForKey(path: Path, expected: string, suggestion?: string): void {
    this.addAt(this.#placeOf(path, 'key'), path, { expected, suggestion })
  }

  addAt(
    place: Place,
    path: Path,
    words: { readonly expected: string; readonly suggestion?: string | undefined },
  ): void {
    this.#found.push({ place, path, expected: words.expected, suggestion: words.suggestion })
  }

  /** `thand.yaml:3:5`, for a problem that has two ends. */
  whereIs(path: Path): string {
    const place = this.#placeOf(path, 'key')
    const { line, column } = lineAndColumn(place)
    return `${place.source.file}:${line}:${column}`
  }

  get size(): number {
    return this.#found.length
  }

  fileOf(path: Path): string {
    return this.#placeOf(path, 'value').source.file
  }

  /** In the order of the files; of several about one key, the first: the others follow from it. */
  problems(): readonly ConfigProblem[] {
    const all = this.#found.map((each) => this.#problemOf(each))
    const seen = new Map(all.toReversed().map((each) => [`${each.file}:${each.line}:${each.column}:${each.key}`, each]))
    return [...seen.values()].sort(
      (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column || a.key.localeCompare(b.key),
    )
  }

  #problemOf({ place, path, expected, suggestion }: Found): ConfigProblem {
    const { line, column } = lineAndColumn(place)
    const shown = suggestion === undefined ? {} : { suggestion: this.#clean(suggestion) }
    const sourceLine = lineOf(place.source, line)
    const isSafe = sourceLine === undefined || this.#clean(sourceLine) === sourceLine
    return {
      file: place.source.file,
      line,
      column,
      key: this.#clean(keyText(path)),
      expected: this.#clean(expected),
      ...shown,
      sourceLine: isSafe ? sourceLine : undefined,
    }
  }

  #clean(text: string): string {
    return [...this.#secrets].reduce((left, secret) => left.replaceAll(secret, '[secret]'), text)
  }

  #placeOf(path: Path, part: 'key' | 'value'): Place {
    const places = this.placesOf(path)
    if (places !== undefined) return places[part]
    if (path.length === 0) throw new Error('the root of the configuration has no place')
    return this.#placeOf(path.slice(0, -1), 'key')
  }
}

/** `workflows.two-eyes.stages[0].quorum` */
export function keyText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${looksSecret(step) ? '[secret]' : step}`))
    .join('')
    .replace(/^\./, '')
}

const SHOWN_MAX = 12

function list(words: readonly string[]): string {
  const safe = words.filter((word) => !looksSecret(word))
  const more = safe.length > SHOWN_MAX ? ` and ${safe.length - SHOWN_MAX} more` : ''
  return safe.length === 1 ? `${safe[0]}` : `one of ${safe.slice(0, SHOWN_MAX).join(', ')}${more}`
}
