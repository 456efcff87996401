import type { BarLayout } from './bar-layout.ts'
import { firstWhere } from './bar-search.ts'

/** Where lanes are, in pixels from the top of the first group's heading. */
export interface LaneScale {
  readonly barHeight: number
  readonly totalHeight: number
  readonly top: (lane: number) => number
  /** Where the heading of a group begins, by its place. */
  readonly headingTop: (group: number) => number
  /** The first and the last lane that reach into a stretch; the last is before the first where there is none. */
  readonly visible: (from: number, height: number) => readonly [number, number]
  /** The lane at a height, if one is there. */
  readonly laneAt: (y: number) => number | undefined
}

const HEADING = 22
const GAP_AFTER_GROUP = 6

/** Few lanes are easy to hit, many are thin. `pixelRatio`: of the device. */
export function createLaneScale({ groups, lanes }: BarLayout, pixelRatio: number): LaneScale {
  const pitch = Math.round((lanes.length > 80 ? 7 : lanes.length > 30 ? 10 : 14) * pixelRatio)
  const barHeight = Math.max(1, pitch - Math.max(1, Math.round((lanes.length > 80 ? 2 : 4) * pixelRatio)))
  const heading = Math.round(HEADING * pixelRatio)
  const gap = Math.round(GAP_AFTER_GROUP * pixelRatio)
  const groupTop = (place: number): number => groups[place]!.firstLane * pitch + place * (heading + gap)
  const groupOf = (lane: number): number => firstWhere(groups, ({ firstLane }) => firstLane > lane) - 1
  const top = (lane: number): number => lane * pitch + groupOf(lane) * (heading + gap) + heading
  const indices = [...lanes.keys()]
  return {
    barHeight,
    totalHeight: lanes.length * pitch + groups.length * (heading + gap),
    top,
    headingTop: groupTop,
    visible: (from, height) => [
      firstWhere(indices, (lane) => top(lane) + pitch > from),
      firstWhere(indices, (lane) => top(lane) >= from + height) - 1,
    ],
    laneAt: (y) => {
      const lane = firstWhere(indices, (each) => top(each) + pitch > y)
      return lane < lanes.length && y >= top(lane) ? lane : undefined
    },
  }
}
