/** Runs checks one after the other, and says of each whether it passed; with `words` those that have them in their sentence. */
export class Checks {
  #passed = 0
  #failed = 0
  readonly #words: string

  constructor(words: string) {
    this.#words = words
  }

  async check(sentence: string, run: () => Promise<unknown>): Promise<void> {
    if (!sentence.includes(this.#words)) return
    try {
      const said = await run()
      this.#passed += 1
      console.log(`ok: ${sentence}${typeof said === 'string' ? ` (${said})` : ''}`)
    } catch (error) {
      this.#failed += 1
      console.log(`FAILED: ${sentence}\n  ${error instanceof Error ? error.message : error}`)
    }
  }

  /** Answers whether all passed. */
  summary(): boolean {
    console.log(`the page in Chromium: ${this.#passed} of ${this.#passed + this.#failed} checks passed`)
    return this.#failed === 0 && this.#passed > 0
  }
}

/** Like `assert`, with both sides in the message. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`)
}

export function holds(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise)
}
