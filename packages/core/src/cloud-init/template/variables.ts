import type { Value } from './value.ts'

/** The variables of one template while it is rendered, the latest last. */
export class Variables {
  readonly #stack: { readonly name: string; value: Value }[] = []

  constructor(data: Value) {
    this.declare('$', data)
  }

  /** How many there are, to go back to with `forgetSince`. */
  get count(): number {
    return this.#stack.length
  }

  forgetSince(count: number): void {
    this.#stack.length = count
  }

  declare(name: string, value: Value): void {
    this.#stack.push({ name, value })
  }

  /** Sets the latest of that name; `false`: there is none, as the branch that declares it was not taken. */
  assign(name: string, value: Value): boolean {
    const variable = this.#stack.findLast((entry) => entry.name === name)
    if (variable) variable.value = value
    return variable !== undefined
  }

  find(name: string): { readonly value: Value } | undefined {
    return this.#stack.findLast((entry) => entry.name === name)
  }
}
