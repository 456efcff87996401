/** Where something stands in a template; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export function positionOf(source: string, index: number): Position {
  const before = source.slice(0, index)
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') }
}
