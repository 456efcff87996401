/** Lets everything pass until it is shut; then all waits at it until it opens again. */
export class Gate {
  #opened: Promise<void> = Promise.resolve()
  #open: (() => void) | undefined

  shut(): void {
    if (this.#open) return
    this.#opened = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#open?.()
    this.#open = undefined
  }

  pass(): Promise<void> {
    return this.#opened
  }
}
