import { styleText } from 'node:util'
import type { Output } from '../surroundings.ts'

/** Puts colour round a text, or leaves it as it is. */
export type Paint = (text: string) => string

/** The few meanings that colours have here. */
export interface Style {
  readonly title: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly warning: Paint
  readonly name: Paint
  readonly quiet: Paint
}

/** Colours for a terminal; none elsewhere, nor where NO_COLOR is set (no-color.org) and FORCE_COLOR is not. */
export function styleFor(output: Output, env: Readonly<Record<string, string | undefined>>): Style {
  const colourful = env['FORCE_COLOR']
    ? env['FORCE_COLOR'] !== '0'
    : (output.isTTY ?? false) && !env['NO_COLOR']
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    colourful ? (text) => styleText(format, text, { validateStream: false }) : (text) => text
  return {
    title: paint('bold'),
    good: paint('green'),
    bad: paint('red'),
    warning: paint('yellow'),
    name: paint('cyan'),
    quiet: paint('dim'),
  }
}
