import type { UserDataInput } from '../model/user-data.ts'
import { documentViews, withoutComments } from './document-views.ts'

/** A variable that agents shall have, and how to find out whether a document passes it on. */
export interface VariableTrial {
  readonly name: string
  /** Whether another value means the same to the agent: `0s` for `0`. */
  readonly isSame: (value: string) => boolean
  /** The same input with other values of this variable: a document that passes it on comes out otherwise. */
  readonly others: readonly UserDataInput[]
  /** What else in a document hands a value over: a flag of the agent's program. Without it: the name alone does. */
  readonly otherName?: RegExp
  /** Whether a document may use the value under any name; a variable of the user's own may be meant for the template. */
  readonly anyName?: boolean
}

/** `missing`: no value; `renamed`: ours, under another name; `replaced`: a value that is not ours. */
export interface LostVariable {
  readonly name: string
  readonly how: 'missing' | 'renamed' | 'replaced'
}

/**
 * The variables that do not reach the agent by this document, or with a value of the document's own. It is rendered with
 * other values of each, so that loops, conditions and indirect uses all count; texts in base64 are looked into.
 */
export function lostVariables(
  render: (input: UserDataInput) => string,
  input: UserDataInput,
  trials: readonly VariableTrial[],
): readonly LostVariable[] {
  const views = viewsOf(render(input))
  return trials.flatMap((trial): LostVariable[] => {
    const { name } = trial
    const changed = trial.others.map((other) => viewsOf(render(other)))
    const isUsed = changed.some((other) => other.join('\0') !== views.join('\0'))
    const fixed = fixedValues(views, changed, name)
    if (!isUsed) {
      if (fixed.length === 0) return [{ name, how: 'missing' }]
      return fixed.every(({ value }) => trial.isSame(value)) ? [] : [{ name, how: 'replaced' }]
    }
    if (fixed.some(({ value, isLast }) => isLast && !trial.isSame(value))) return [{ name, how: 'replaced' }]
    const hasName = views.some((view) => wordOf(name).test(view) || trial.otherName?.test(view))
    return hasName || trial.anyName ? [] : [{ name, how: 'renamed' }]
  })
}

function viewsOf(document: string): readonly string[] {
  return documentViews(document).map(withoutComments)
}

function wordOf(name: string): RegExp {
  return new RegExp(`(?<![\\w-])${name}(?!\\w)`)
}

interface FixedValue {
  readonly value: string
  /** Whether no value of ours comes after it, which would win. */
  readonly isLast: boolean
}

/** Values that a document gives a variable whatever ours is. One that a shell fills in is not among them. */
function fixedValues(
  views: readonly string[],
  changed: readonly (readonly string[])[],
  name: string,
): readonly FixedValue[] {
  return views.flatMap((view, index) => {
    const found = assignments(view, name)
    // Where a condition leaves a line out, nobody can say which it was.
    const others = changed
      .map((other) => assignments(other[index] ?? '', name))
      .filter(({ length }) => length === found.length)
    if (others.length === 0) return []
    const isOurs = (at: number) => others.some((other) => other[at]?.value !== found[at]?.value)
    return found.flatMap(({ value, isDefault }, at) => {
      if (isOurs(at) || /^[$`%]/.test(value)) return []
      const anyOurs = found.some((_, other) => isOurs(other))
      // systemd takes `EnvironmentFile=` after `Environment=`, wherever they stand.
      if (isDefault && anyOurs) return []
      return [{ value, isLast: !found.some((_, later) => later > at && isOurs(later)) }]
    })
  })
}

interface Assignment {
  readonly value: string
  readonly isDefault: boolean
}

/** With commas where it is a list of pairs. */
const VALUE = `[^\\s"',;\\\\]*(?:,[\\w!.-]+=[^\\s"',;\\\\]*)*`

/** `NAME=value`, `NAME: value`, `"NAME": "value"`, and the two lines `name: NAME` and `value: …` of Kubernetes. */
function assignments(view: string, name: string): readonly Assignment[] {
  const quote = `[\\\\"']*`
  const pattern = new RegExp(
    `(\\bEnvironment=${quote})?(?<![\\w-])${name}${quote}(?:=|[ \\t]*:[ \\t]*|,?\\s+${quote}value${quote}:[ \\t]*)${quote}(${VALUE})`,
    'g',
  )
  return [...view.matchAll(pattern)].map(([, isDefault, value = '']) => ({
    value,
    isDefault: isDefault !== undefined,
  }))
}
