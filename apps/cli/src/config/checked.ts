import { explainIssue } from '@woodpeckers/autoscaler-core'
import type { z } from 'zod'
import type { Path } from './document.ts'
import { type FileKey, stepsOf } from './file-keys.ts'
import type { Reader } from './read-values.ts'

/** Where in the file the value of a path stands; without one: as it is. */
export type Whence = (path: Path) => Path

/**
 * The settings under the program's own names, when the schema has nothing against them; what it has is told with
 * the line of the file.
 */
export function checked<Settings>(
  schema: z.ZodObject,
  keys: Readonly<Record<string, FileKey>>,
  value: unknown,
  base: Path,
  reader: Reader,
  whence: Whence = (path) => [...base, ...path],
): Settings | undefined {
  const result = schema.safeParse(value)
  if (!result.success) {
    for (const issue of result.error.issues) tellIssue(issue, value, whence, reader)
    return undefined
  }
  const settings = Object.entries(keys).flatMap(([key, fileKey]) => {
    const said = valueAt(result.data, stepsOf(fileKey))
    return said === undefined ? [] : [[key, said] as const]
  })
  return Object.fromEntries(settings) as Settings
}

/** One line for what zod found. */
export function tellIssue(
  issue: z.core.$ZodIssue,
  value: unknown,
  whence: Whence,
  { problems }: Reader,
): void {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  const none = valueAt(value, path) === undefined
  // What could not be read has its line already, and is not missing as well.
  if (none && problems.hasAt(whence(path))) return
  problems.add(whence(path), explainIssue(issue, none ? 'is missing; set it' : undefined))
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step],
    value,
  )
}
