import type { Position } from './position.ts'

/** A template that cannot be read or rendered, and where. */
export class TemplateError extends Error {
  readonly line: number
  readonly column: number

  constructor(message: string, at: Position) {
    super(`line ${at.line}, column ${at.column}: ${message}`)
    this.name = 'TemplateError'
    this.line = at.line
    this.column = at.column
  }
}
