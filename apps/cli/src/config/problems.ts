import { type ConfigDocument, type Path, type Place, pathText } from './document.ts'

interface Remark {
  readonly place: Place
  readonly text: string
}

/** What is wrong with a file, and what is only doubtful, each with its line. */
export class Problems {
  readonly #name: string
  readonly #document: ConfigDocument
  readonly #errors: Remark[] = []
  readonly #warnings: Remark[] = []
  readonly #told = new Set<string>()

  constructor(name: string, document: ConfigDocument) {
    this.#name = name
    this.#document = document
    for (const { place, wrong } of document.problems) this.#errors.push({ place, text: wrong })
  }

  /** `wrong` is the end of a sentence that begins with the key. */
  add(path: Path, wrong: string, place: Place = this.#document.locate(path)): void {
    this.#told.add(pathText(path))
    this.#errors.push({ place, text: `${pathText(path) || 'the file'} ${wrong}` })
  }

  /** `at`: where it stands, if not at that key itself. */
  warn(path: Path, what: string, at: Path = path): void {
    this.#warnings.push({ place: this.#document.locate(at), text: `${pathText(path)} ${what}` })
  }

  /** Whether something was said of this very key. */
  hasAt(path: Path): boolean {
    return this.#told.has(pathText(path))
  }

  get any(): boolean {
    return this.#errors.length > 0
  }

  /** One line each, in the order of the file. */
  get lines(): readonly string[] {
    return this.#linesOf(this.#errors)
  }

  get warnings(): readonly string[] {
    return this.#linesOf(this.#warnings)
  }

  #linesOf(remarks: readonly Remark[]): readonly string[] {
    const sorted = remarks.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
    const lines = sorted.map(({ place, text }) => `${this.#name}:${place.line}:${place.column}: ${text}`)
    // What stands in the defaults is wrong once, and not for each pool.
    return [...new Set(lines)]
  }
}
