import { type KeptState, type StateSection, stateSections } from './state-sections.ts'

/** What the text of a state file holds. */
export interface ParsedState {
  readonly kept: KeptState
  /** Sections that this version does not know: they are written back as they are. */
  readonly unknown: Readonly<Record<string, unknown>>
  /** Names of sections that cannot be used; `all`: the text is no state file at all. */
  readonly damaged: readonly string[] | 'all'
}

export type SectionName = keyof KeptState

export const sectionNames: readonly SectionName[] = Object.keys(stateSections) as SectionName[]

/** The second version added sections to the first, which had `spent` alone. */
const VERSION = 2

export function stateOfText(text: string): ParsedState {
  const written = objectOf(text)
  const version = written?.['version']
  if (!written || (version !== 1 && version !== VERSION)) return { kept: {}, unknown: {}, damaged: 'all' }
  const kept: Record<string, unknown> = {}
  const unknown: Record<string, unknown> = {}
  const damaged: string[] = []
  for (const [name, value] of Object.entries(written)) {
    if (name === 'version') continue
    if (!Object.hasOwn(stateSections, name)) {
      unknown[name] = value
      continue
    }
    try {
      kept[name] = sectionOf(name as SectionName).read(value)
    } catch {
      damaged.push(name)
    }
  }
  return { kept, unknown, damaged }
}

export function textOfState(state: KeptState, unknown: ParsedState['unknown'] = {}): string {
  const known = sectionNames.flatMap((name) => {
    const written = writtenSection(state, name)
    return written === undefined ? [] : [[name, written] as const]
  })
  return `${JSON.stringify({ version: VERSION, ...Object.fromEntries(known), ...unknown }, undefined, 2)}\n`
}

/** A section as JSON; `undefined`: there is none. */
export function writtenSection(state: KeptState, name: SectionName): unknown {
  const value = state[name]
  return value === undefined ? undefined : sectionOf(name).write(value)
}

/** Sections whose values differ, in either direction. */
export function changedSections(before: KeptState, after: KeptState): readonly SectionName[] {
  return sectionNames.filter((name) => hasChanged(before, after, name))
}

export function hasChanged(before: KeptState, after: KeptState, name: SectionName): boolean {
  const textOf = (state: KeptState) => JSON.stringify(writtenSection(state, name))
  return textOf(before) !== textOf(after)
}

/** What two processes have made of the same state; see the sections. */
export function mergeStates(base: KeptState, ours: KeptState, theirs: KeptState): KeptState {
  const merged: Record<string, unknown> = {}
  for (const name of sectionNames) {
    const [mine, other] = [ours[name], theirs[name]]
    if (mine !== undefined && other !== undefined)
      merged[name] = sectionOf(name).merge(base[name], mine, other)
    else if (mine !== undefined || other !== undefined) merged[name] = mine ?? other
  }
  return merged
}

/** The table keeps each section's types together; code that loops over all sections cannot name them. */
function sectionOf(name: SectionName): StateSection<unknown> {
  return stateSections[name] as StateSection<unknown>
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
