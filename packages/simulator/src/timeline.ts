/** What happened in a world, line by line: the same seed gives the same lines. */
export class Timeline {
  readonly lines: string[] = []
  readonly #startAt: number
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.#startAt = now()
  }

  add(who: string, what: string): void {
    this.lines.push(`${clockText(this.#now() - this.#startAt)}  ${who.padEnd(12)} ${what}`)
  }
}

/** `1:02:03.456` since the world began. */
export function clockText(ms: number): string {
  const pad = (value: number, digits = 2) => String(Math.floor(value)).padStart(digits, '0')
  return `${Math.floor(ms / 3_600_000)}:${pad((ms / 60_000) % 60)}:${pad((ms / 1000) % 60)}.${pad(ms % 1000, 3)}`
}
