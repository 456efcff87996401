import type { PoolId } from '@woodpeckers/autoscaler-core'
import type { MachineBar } from '@woodpeckers/autoscaler-observer'

/** Machines on lanes: those of a pool together, and none beside another on one lane at the same time. */
export interface BarLayout {
  readonly groups: readonly LaneGroup[]
  /** All lanes, from the top to the bottom; on each, the machines by time. */
  readonly lanes: readonly (readonly MachineBar[])[]
  /** Of each machine, by its name. */
  readonly laneOf: ReadonlyMap<string, number>
}

export interface LaneGroup {
  readonly pool: PoolId
  /** The first of its lanes, and how many they are. */
  readonly firstLane: number
  readonly laneCount: number
}

export const emptyLayout: BarLayout = { groups: [], lanes: [], laneOf: new Map() }

/**
 * Each machine takes the first lane of its pool that is free. One that had a lane in `previous` stays as far from its
 * pool's first lane as it was: nothing jumps while machines come and go.
 */
export function layoutBars(
  machines: readonly MachineBar[],
  pools: readonly PoolId[],
  previous: BarLayout = emptyLayout,
): BarLayout {
  const byPool = Map.groupBy(machines, ({ pool }) => pool)
  const groups: LaneGroup[] = []
  const lanes: MachineBar[][] = []
  const laneOf = new Map<string, number>()
  for (const pool of new Set([...pools, ...byPool.keys()])) {
    const before = previous.groups.find((group) => group.pool === pool)
    const placed = placePool(byPool.get(pool) ?? [], ({ name }) => {
      const lane = previous.laneOf.get(name)
      return before && lane !== undefined ? lane - before.firstLane : undefined
    })
    if (placed.length === 0) continue
    groups.push({ pool, firstLane: lanes.length, laneCount: placed.length })
    for (const lane of placed) {
      for (const { name } of lane) laneOf.set(name, lanes.length)
      lanes.push(lane)
    }
  }
  return { groups, lanes, laneOf }
}

function placePool(
  machines: readonly MachineBar[],
  laneBefore: (machine: MachineBar) => number | undefined,
): MachineBar[][] {
  const lanes: MachineBar[][] = []
  const known = machines.filter((machine) => laneBefore(machine) !== undefined)
  const others = machines.filter((machine) => laneBefore(machine) === undefined)
  for (const machine of [...known].sort(byTime)) {
    const lane = laneBefore(machine)!
    while (lanes.length <= lane) lanes.push([])
    lanes[lane]!.push(machine)
  }
  for (const machine of [...others].sort(byTime)) {
    // From the last one back: it is the likeliest to be in the way.
    const free = lanes.find((lane) => !lane.findLast((other) => !areApart(machine, other)))
    if (free) free.push(machine)
    else lanes.push([machine])
  }
  for (const lane of lanes) lane.sort(byTime)
  // Lanes whose machines are all forgotten close up.
  return lanes.filter((lane) => lane.length > 0)
}

function areApart(one: MachineBar, other: MachineBar): boolean {
  return one.fromAt >= endOf(other) || other.fromAt >= endOf(one)
}

function byTime(one: MachineBar, other: MachineBar): number {
  return one.fromAt - other.fromAt
}

/** When it ended; never, while it is there. */
export function endOf({ toAt }: MachineBar): number {
  return toAt ?? Number.POSITIVE_INFINITY
}
