/**
 * A number with its noun in the right form: `1 machine`, `3 machines`, `1,200 machines`. `many`: the plural that is not made
 * with an s.
 */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
