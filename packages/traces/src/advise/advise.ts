import type { PoolId } from '@woodpeckers/autoscaler-core'
import type { Trace } from '../format/trace.ts'
import { simulateTrace } from '../play/simulate-trace.ts'
import type { TraceResult } from '../play/trace-result.ts'
import type { TraceSettings } from '../play/trace-settings.ts'
import { type Change, changed, type MachineType } from './candidate.ts'
import { layersOf, weightsOf } from './frontier.ts'
import { gridOf } from './grid.ts'
import { shortened } from './shortened.ts'

export interface AdviseOptions {
  /** Which pools are changed. */
  readonly isMeant: (pool: PoolId) => boolean
  /** Workflows per agent to try besides; none: as it is. */
  readonly capacities: readonly number[]
  /** Machine types to try in place of the pool's own; none: as it is. */
  readonly machineTypes: readonly MachineType[]
  /** How much is played in all, as a multiple of the usual. */
  readonly effort: number
  /** Called with how much of the work is done: 0 to 1. */
  readonly onProgress: (share: number) => void
  readonly signal?: AbortSignal
}

/** One setting that was played over the whole trace. */
export interface Point {
  readonly change: Change
  readonly result: TraceResult
}

export interface Advice {
  /** What the settings as they are come to. */
  readonly now: TraceResult
  /** The frontier: none is better in cost and waiting than another; from the cheapest to the one that waits least. */
  readonly points: readonly Point[]
  readonly tried: number
}

/** Jobs and ticks that are played in all: some minutes. */
const USUAL_WORK = 300_000
/** Of the work for the first round, in which all are played over a part of the trace. */
const FIRST_ROUND = 0.5
const LEAST_SHARE = 0.04
const FINALISTS = { least: 6, most: 24 } as const
const TICK_MS = 10_000

/**
 * Tries settings round the given ones: all of a grid over a part of the trace, and the best of them over the whole.
 * The same input gives the same answer, however fast the computer is.
 */
export async function advise(trace: Trace, settings: TraceSettings, options: AdviseOptions): Promise<Advice> {
  const { isMeant, effort, onProgress, signal } = options
  const meant = settings.pools.filter(({ policy }) => isMeant(policy.id))
  const budget = USUAL_WORK * effort
  const whole = workOf(trace)
  const grid = thinned(gridOf(trace, meant, options), (FIRST_ROUND * budget) / (LEAST_SHARE * whole))
  const share = Math.min(1, (FIRST_ROUND * budget) / (grid.length * whole))
  const finalists = Math.max(
    FINALISTS.least,
    Math.min(FINALISTS.most, Math.floor(((1 - FIRST_ROUND) * budget) / whole)),
  )
  const isAllWhole = share >= 1
  const first = isAllWhole ? trace : shortened(trace, share)
  const work = grid.length * workOf(first) + (isAllWhole ? 0 : finalists * whole)
  let done = 0
  const play = async (change: Change, over: Trace): Promise<Point> => {
    const result = await simulateTrace(over, changed(settings, change, isMeant), {
      onProgress: (share) => onProgress((done + share * workOf(over)) / work),
      ...(signal && { signal }),
    })
    done += workOf(over)
    onProgress(Math.min(1, done / work))
    return { change, result }
  }
  const tried: Point[] = []
  for (const change of grid) tried.push(await play(change, first))
  if (isAllWhole) return adviceOf(tried, grid.length)
  const best = bestOf(tried, finalists)
  const played: Point[] = []
  for (const { change } of best) played.push(await play(change, trace))
  return adviceOf(played, grid.length)
}

/** The settings as they are come first. */
function adviceOf(played: readonly Point[], tried: number): Advice {
  const layers = layersOf(played.map(({ result }) => weightsOf(result)))
  const front = played.filter((_, index) => layers[index] === 0)
  const byCost = front.toSorted((one, other) => weightsOf(one.result).cost - weightsOf(other.result).cost)
  return { now: played[0]!.result, points: distinct(byCost), tried }
}

/** Settings that come to the same are one: the first, which changes least. */
function distinct(points: readonly Point[]): readonly Point[] {
  const seen = new Set<string>()
  return points.filter(({ result }) => {
    const { cost, waitingMs } = weightsOf(result)
    const key = `${cost.toPrecision(4)} ${Math.round(waitingMs / 100)}`
    return seen.has(key) ? false : seen.add(key)
  })
}

/** The first, and of the others those with fewest better ones before them, spread over the front. */
function bestOf(points: readonly Point[], count: number): readonly Point[] {
  const [asItIs, ...others] = points as [Point, ...Point[]]
  const layers = layersOf(others.map(({ result }) => weightsOf(result)))
  const ranked = others
    .map((point, index) => ({ point, layer: layers[index]!, cost: weightsOf(point.result).cost }))
    .sort((one, other) => one.layer - other.layer || one.cost - other.cost)
  const room = count - 1
  const front = ranked.filter(({ layer }) => layer === 0)
  const chosen = front.length > room ? spread(front, room) : ranked.slice(0, room)
  return [asItIs, ...chosen.map(({ point }) => point)]
}

function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (count <= 1) return items.slice(0, count)
  return Array.from({ length: count }, (_, at) => items[Math.round((at * (items.length - 1)) / (count - 1))]!)
}

/** The first one always, and of the others about so many, evenly. */
function thinned(changes: readonly Change[], most: number): readonly Change[] {
  const [first, ...others] = changes as [Change, ...Change[]]
  return others.length + 1 <= most ? changes : [first, ...spread(others, Math.max(8, Math.floor(most) - 1))]
}

function workOf({ arrivals, spanMs }: Trace): number {
  return 1 + arrivals.length + spanMs / TICK_MS
}
