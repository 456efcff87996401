/** A promise that was broken, when, and how. */
export interface Violation {
  readonly atMs: number
  readonly promise: Promised
  readonly what: string
}

/** The promises that are checked, in the words of the documentation. */
export type Promised =
  | 'never kills work'
  | 'never loses a task'
  | 'never runs away'
  | 'never touches what is foreign'
  | 'one machine, one record'
  | 'never stalls'
  | 'never leaks'
  | 'asks little'
  | 'keeps secrets'
  | 'always explains'
  | 'obeys people'
  | 'blames rightly'
  | 'buys in proportion'
  | 'frees slots'
  | 'never guesses'
