import type { Environment } from './environment.ts'

/** Settings that shall be taken over, under the names of our own variables. */
export interface Source {
  readonly env: Environment
  /** The variable that holds what one of ours stands for: the same one, or that of another program. */
  nameOf(variable: string): string
  /** The variable that holds one of the agent's; `undefined`: it is one of several in a list. */
  agentVariable(name: string): string | undefined
  /** Variables of a cloud's own tools that were taken. */
  readonly taken: ReadonlySet<string>
  /** What is not as it was; one line each. */
  readonly differences: readonly string[]
}

export type SourceRead =
  | ({ readonly ok: true } & Source)
  | { readonly ok: false; readonly problems: readonly string[] }

/** How a setting is said to the user: by the variable that they know. */
export function inWordsOf(source: Pick<Source, 'nameOf'>, problem: string): string {
  const named = problem
    .replaceAll(/--[a-z0-9-]+ \((WOODPECKER_[A-Z0-9_]+)\)/g, '$1')
    // Where no value is quoted: who knows only one name need not be told which of them it is from.
    .replace(/^(WOODPECKER_[A-Z0-9_]+), from \1, /, '$1 ')
  return named.replaceAll(/(?<![A-Z0-9_])WOODPECKER_[A-Z0-9_]+/g, (variable) => source.nameOf(variable))
}
