import { readFileSync } from 'node:fs'
import type { Observation, Sighting } from './stage.ts'

/** One line of a recorded timeline: what was done, or what was seen. */
export type RecordedLine = readonly [seconds: number, line: string | Observation]

/** Reads a file that was recorded from a real server: its shape is whatever the test says. */
// biome-ignore lint/suspicious/noExplicitAny: a recording is data of many shapes, each looked at in one test
export function readRecording(name: string): any {
  return JSON.parse(readFileSync(new URL(`../../../../fixtures/woodpecker/${name}`, import.meta.url), 'utf8'))
}

/** When it was done, or noted, in the recording. */
export function momentOf(timeline: readonly RecordedLine[], words: string): number {
  const found = timeline.find(([, line]) => typeof line === 'string' && line.includes(words))
  if (!found) throw new Error(`the recording has no "${words}"`)
  return found[0]
}

const TOLERANCE_S = 2

/**
 * What keeps a replay from being the recording; empty: it is the same. Each thing seen in the recording must
 * have begun within 2 s of its time, in the same order, and nothing else may last for longer than that.
 */
export function differences(timeline: readonly RecordedLine[], sightings: readonly Sighting[]): string[] {
  const found: string[] = []
  const recorded = timeline.filter((line): line is [number, Observation] => typeof line[1] !== 'string')
  let next = 0
  for (const [index, [atS, wanted]] of recorded.entries()) {
    const match = sightings.findIndex(({ fromS, seen }, at) => {
      if (at < next || !same(seen, wanted)) return false
      const untilS = sightings[at + 1]?.fromS ?? Infinity
      // The first line is what was there already.
      return index === 0
        ? fromS <= atS + TOLERANCE_S && untilS >= atS - TOLERANCE_S
        : Math.abs(fromS - atS) <= TOLERANCE_S
    })
    if (match < 0) found.push(`never seen near ${atS} s: ${JSON.stringify(wanted)}`)
    else next = match + 1
  }
  const endS = recorded.at(-1)?.[0] ?? 0
  for (const [at, { fromS, seen }] of sightings.entries()) {
    const lastedS = Math.min(sightings[at + 1]?.fromS ?? endS, endS) - fromS
    if (lastedS <= TOLERANCE_S || recorded.some(([, wanted]) => same(seen, wanted))) continue
    found.push(`not in the recording, but lasted ${lastedS} s from ${fromS} s: ${JSON.stringify(seen)}`)
  }
  return found
}

function same(seen: Observation, wanted: Observation): boolean {
  return Object.entries(wanted).every(
    ([key, value]) => JSON.stringify(seen[key as keyof Observation]) === JSON.stringify(value),
  )
}
