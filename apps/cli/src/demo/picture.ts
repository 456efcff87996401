import type { MemberState } from '@woodpeckers/autoscaler-core'
import type { Paint, Style } from '../terminal/style.ts'
import { shortName } from './decisions.ts'
import type { History, MachineTrack } from './history.ts'

const BARS = ' ▁▂▃▄▅▆▇█'

/** What is shown above, below and beside the picture. */
export interface Caption {
  readonly title: string
  readonly facts: readonly string[]
  /** Why it did what it did, the latest last. */
  readonly reasons: readonly string[]
}

/** Lines of the demo's screen: who waits, and each machine as a bar from its launch to its end. */
export function drawPicture(
  history: History,
  caption: Caption,
  style: Style,
  { columns, rows }: { columns: number; rows: number },
): readonly string[] {
  const label = 12
  const width = Math.max(20, columns - label - 2)
  const first = Math.max(0, history.columns - width)
  const waiting = history.waiting.slice(first).map((count) => BARS[Math.min(BARS.length - 1, count)])
  const shown = history.tracks.filter((track) => track.from + track.states.length > first)
  const room = Math.max(3, rows - caption.facts.length - caption.reasons.length - 7)
  const machines = shown.slice(-room).map((track) => {
    const name = shortName(track.name).padEnd(label)
    return `${style.quiet(name)}${drawTrack(track, first, history.columns, style)}`
  })
  const keys: readonly (readonly [MemberState, string])[] = [
    ['booting', 'boots'],
    ['busy', 'works'],
    ['idle', 'idle'],
    ['drained', 'on its way out'],
  ]
  // A line that wraps would be two, and the next picture drawn in the wrong place.
  const fit = (text: string) => cut(text, columns - 1)
  return [
    style.title(fit(caption.title)),
    '',
    `${'waiting'.padEnd(label)}${style.warning(waiting.join(''))}`,
    ...machines,
    '',
    `${' '.repeat(label)}${keys.map(([state, word]) => `${paintOf(state, style)(glyphOf(state))} ${word}`).join('   ')}`,
    ...caption.facts.map(fit),
    '',
    ...caption.reasons.map((reason) => style.quiet(fit(reason))),
  ]
}

function drawTrack({ from, states }: MachineTrack, first: number, until: number, style: Style): string {
  let bar = ''
  for (let column = first; column < until; ) {
    const state = states[column - from]
    let end = column + 1
    while (end < until && states[end - from] === state) end++
    const run = (state ? glyphOf(state) : ' ').repeat(end - column)
    bar += state ? paintOf(state, style)(run) : run
    column = end
  }
  return bar
}

function glyphOf(state: MemberState): string {
  switch (state) {
    case 'launching':
    case 'booting':
      return '░'
    case 'busy':
    case 'draining':
      return '█'
    case 'idle':
      return '─'
    case 'drained':
    case 'cordoned':
    case 'parked':
    case 'ending':
      return '▒'
    case 'silent':
    case 'lost':
    case 'orphan':
    case 'zombie':
      return '?'
    default:
      return state satisfies never
  }
}

function paintOf(state: MemberState, style: Style): Paint {
  if (state === 'busy' || state === 'draining') return style.good
  if (state === 'launching' || state === 'booting') return style.name
  if (state === 'idle') return style.warning
  return style.quiet
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
