/** The latest so many of a kind: what is more pushes out the oldest. */
export class Ring<T> {
  readonly #size: number
  #items: T[] = []
  /** Where the oldest is, once it is full. */
  #start = 0

  constructor(size: number) {
    this.#size = Math.max(1, size)
  }

  push(item: T): void {
    if (this.#items.length < this.#size) {
      this.#items.push(item)
      return
    }
    this.#items[this.#start] = item
    this.#start = (this.#start + 1) % this.#size
  }

  get length(): number {
    return this.#items.length
  }

  /** 0 is the oldest. */
  at(index: number): T | undefined {
    return index < this.#items.length ? this.#items[(this.#start + index) % this.#items.length] : undefined
  }

  /** From the oldest on; `from`: without so many of the oldest. */
  *values(from = 0): IterableIterator<T> {
    for (let index = from; index < this.#items.length; index++) yield this.at(index)!
  }

  get last(): T | undefined {
    return this.at(this.#items.length - 1)
  }
}
