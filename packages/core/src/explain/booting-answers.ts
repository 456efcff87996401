import type { PoolId } from '../model/pool.ts'
import type { TickReport } from '../model/report.ts'
import type { Task } from '../model/task.ts'
import { formatDuration } from '../settings/duration.ts'
import type { BootingAnswer } from './explanation.ts'

/** Machines of the fitting pools that come up, the one that was launched for the task first, then the oldest. */
export function bootingAnswers(
  { id }: Task,
  fitting: ReadonlySet<PoolId>,
  { snapshot, input, plan }: Pick<TickReport, 'snapshot' | 'input' | 'plan'>,
): readonly BootingAnswer[] {
  const { memory } = input
  const forThis = new Set(snapshot.inFlight.flatMap(({ name, forTask }) => (forTask === id ? name : [])))
  for (const [name, { taskId }] of memory.trials.launched) if (taskId === id) forThis.add(name)
  return plan.pools
    .filter((pool) => fitting.has(pool.id))
    .flatMap((pool) => {
      const usuallyMs = median(memory.bootTimesMs.get(pool.id) ?? [])
      return pool.members
        .filter(({ state }) => state === 'launching' || state === 'booting')
        .map(
          ({ name, sinceAt, notStarted }): BootingAnswer => ({
            name,
            pool: pool.id,
            sinceAt: sinceAt ?? snapshot.takenAt,
            ...(usuallyMs !== undefined && { usuallyMs }),
            isForThis: forThis.has(name),
            ...(notStarted !== undefined && { notStarted }),
          }),
        )
    })
    .sort((a, b) => Number(b.isForThis) - Number(a.isForThis) || a.sinceAt - b.sinceAt)
}

/** The first of them in a sentence. */
export function bootingText(booting: readonly BootingAnswer[], now: number): string | undefined {
  const [first] = booting
  if (!first) return undefined
  const { name, sinceAt, usuallyMs, isForThis, notStarted } = first
  const usually =
    usuallyMs === undefined ? '' : `; half of its pool's machines boot within ${formatDuration(usuallyMs)}`
  const cloud = notStarted === undefined ? '' : `; the cloud has not started it yet (${notStarted})`
  const whose = isForThis ? 'was created for it' : 'has room for it'
  const bootsFor = formatDuration(Math.max(0, now - sinceAt))
  return `The machine ${name} ${whose} and has been booting for ${bootsFor}${usually}${cloud}.`
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]
}
