import { settle } from '@woodpeckers/autoscaler-traces'
import { Judge } from './checks/judge.ts'
import type { Violation } from './checks/verdict.ts'
import type { Scenario } from './scenario/scenario.ts'
import { calmDown, mendImages } from './world/interventions.ts'
import { playMishap } from './world/play-mishap.ts'
import { World } from './world/world.ts'

const MINUTE_MS = 60_000
/**
 * After the storm everything must be done and gone within this time, and the time that one slot needs for all
 * the work: a pool may be that small.
 */
const CALM_MS = 90 * MINUTE_MS
/** Quiet for so long after all is over is the end. */
const QUIET_MS = 3 * MINUTE_MS

export interface RunResult {
  readonly violations: readonly Violation[]
  readonly timeline: readonly string[]
  readonly simulatedMs: number
  readonly stats: RunStats
}

export interface RunStats {
  readonly steps: number
  readonly ticks: number
  readonly tasks: number
  readonly tasksDone: number
  readonly machines: number
  readonly mishaps: number
}

export interface RunOptions {
  /** Ends at the first broken promise. */
  readonly stopAtFirst?: boolean
}

/** Lives a world through, from its first job to the calm after the storm. */
export async function runScenario(
  scenario: Scenario,
  { stopAtFirst = true }: RunOptions = {},
): Promise<RunResult> {
  const judge = new Judge()
  const world = new World(scenario, judge)
  judge.watch(world)
  const counted = { steps: 0, mishaps: 0 }
  for (const arrival of scenario.arrivals) world.clock.startTimer(arrival.atMs, () => world.order(arrival))
  for (const mishap of scenario.mishaps) {
    world.clock.startTimer(mishap.atMs, () => {
      counted.mishaps++
      world.timeline.add('MISHAP', `${mishap.kind} (${mishap.pick.toFixed(3)}, ${mishap.forMs / 1000} s)`)
      playMishap(world, mishap)
    })
  }
  const { mended } = scenario
  if (mended) world.clock.startTimer(mended.atMs, () => mendImages(world, mended.by))
  for (const order of scenario.orders ?? []) world.clock.startTimer(order.atMs, () => world.people.ask(order))
  world.startAutoscaler()
  const live = async (untilAt: number, isOver: () => boolean) => {
    for (;;) {
      await settle()
      world.noticeNewMachines()
      judge.afterStep()
      if ((stopAtFirst && judge.violations.length > 0) || isOver()) return
      if (!world.clock.step(untilAt)) return
      counted.steps++
    }
  }
  await live(world.startAt + scenario.stormMs, () => false)
  calmDown(world)
  let quietSince = Number.POSITIVE_INFINITY
  const work = scenario.arrivals.flatMap(({ jobs }) => jobs.map(({ durationMs }) => durationMs))
  // Where each task has a machine of its own, each waits for a boot and an end besides.
  const isEphemeral = scenario.pools.some(({ policy }) => policy.mode === 'ephemeral')
  const slowestBootMs = Math.max(...scenario.clouds.map(({ bootMs }) => bootMs[1]))
  const besidesMs = isEphemeral ? work.length * (slowestBootMs + 2 * MINUTE_MS) : 0
  const calmEnd = world.clock.now() + CALM_MS + work.reduce((sum, ms) => sum + ms, 0) + besidesMs
  await live(calmEnd, () => {
    if (!world.isAtRest()) quietSince = Number.POSITIVE_INFINITY
    else quietSince = Math.min(quietSince, world.clock.now())
    return world.clock.now() - quietSince >= QUIET_MS
  })
  if (judge.violations.length === 0 || !stopAtFirst) judge.atEnd()
  for (const process of world.processes) process.kill()
  const workflows = [...world.server.database.workflows.values()]
  return {
    violations: judge.violations,
    timeline: world.timeline.lines,
    simulatedMs: world.clock.now() - world.startAt,
    stats: {
      ...counted,
      ticks: world.ticks,
      tasks: workflows.length,
      tasksDone: workflows.filter(({ state }) => state === 'success' || state === 'failure').length,
      machines: [...world.clouds.values()].reduce((sum, cloud) => sum + cloud.books().length, 0),
    },
  }
}
