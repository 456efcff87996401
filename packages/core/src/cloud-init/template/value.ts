/** A Go integer, whatever its width: `len`, a byte of a text, a character, a constant. */
export class Whole {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A Go float64. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** What a template is given: its fields are fixed, so a name that is not there is a mistake. */
export class Structure {
  readonly fields: ReadonlyMap<string, Value>
  constructor(fields: Readonly<Record<string, Value>>) {
    this.fields = new Map(Object.entries(fields))
  }
}

/** A Go `map[string]string`, in the order of Go's `range`: by key. */
export class Table {
  readonly entries: ReadonlyMap<string, string>
  constructor(entries: Readonly<Record<string, string>>) {
    this.entries = new Map(Object.entries(entries).sort(([a], [b]) => compareTexts(a, b)))
  }
}

/** What an expression comes to. `undefined` is Go's invalid value: the field of a key that a table has not, or nil. */
export type Value = string | boolean | Whole | Float | Table | Structure | readonly string[] | undefined

/** Go compares texts by their bytes, JavaScript by its 16-bit units: they differ beyond the first plane. */
export function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** What Go takes for true in `if`, `with`, `and`, `or` and `not`. */
export function isTrue(value: Value): boolean {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  if (value instanceof Whole || value instanceof Float) return value.value !== 0
  if (value instanceof Table) return value.entries.size > 0
  if (value instanceof Structure) return true
  return value.length > 0
}

/** For messages. */
export function nameOf(value: Value): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'boolean') return 'a bool'
  if (value instanceof Whole || value instanceof Float) return 'a number'
  if (value instanceof Table) return 'a table'
  return value instanceof Structure ? 'the whole data' : 'a list'
}
