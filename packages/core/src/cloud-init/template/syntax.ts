import type { Position } from './position.ts'
import type { Value } from './value.ts'

/** What a template is made of. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | Branch
  | { readonly kind: 'template'; readonly name: string; readonly pipeline?: Pipeline; readonly at: Position }
  | { readonly kind: 'break' | 'continue' }

/** A body that a pipeline decides on, and what comes in its place. */
export interface Branch {
  readonly kind: 'if' | 'with' | 'range'
  readonly pipeline: Pipeline
  readonly body: readonly Node[]
  readonly otherwise: readonly Node[]
}

/** Commands, each given the value of the one before as its last argument. */
export interface Pipeline {
  /** Variables, with `$`, that it sets. */
  readonly variables: readonly string[]
  /** Whether they are new (`:=`) or were there before (`=`). */
  readonly declares: boolean
  readonly commands: readonly Command[]
  readonly at: Position
}

/** A value, or a function with its arguments. */
export interface Command {
  readonly words: readonly [Operand, ...Operand[]]
}

export type Operand =
  | { readonly kind: 'constant'; readonly value: Value; readonly at: Position }
  | { readonly kind: 'nil'; readonly at: Position }
  | { readonly kind: 'function'; readonly name: string; readonly at: Position }
  | Path

/** A value that one begins with, and the fields that lead on from it. */
export interface Path {
  readonly kind: 'path'
  readonly from: { readonly dot: true } | { readonly variable: string } | { readonly pipeline: Pipeline }
  readonly fields: readonly string[]
  readonly at: Position
}

/** A template with those that it defines by name. */
export interface ParsedTemplate {
  readonly nodes: readonly Node[]
  readonly definitions: ReadonlyMap<string, readonly Node[]>
}
