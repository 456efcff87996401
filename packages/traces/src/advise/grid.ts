import type { Buffer, Schedule } from '@woodpeckers/autoscaler-core'
import type { Trace } from '../format/trace.ts'
import type { TracePool } from '../play/trace-settings.ts'
import type { AdviseOptions } from './advise.ts'
import { type BusyHours, busyHours } from './busy-hours.ts'
import type { Change } from './candidate.ts'

const MINUTE_MS = 60_000
const IDLE_TIMEOUTS_MS = [3, 10, 30].map((minutes) => minutes * MINUTE_MS)
const BUFFERS: readonly Buffer[] = [{ slots: 0 }, { slots: 1 }, { slots: 3 }, { share: 0.2 }]
/** Of the slots that the busy hours need on average. */
const MIN_SHARES = [0, 0.3, 1]

/**
 * What is worth trying: idle timeouts, buffers and minimums, these also in the busy hours alone, where the trace has
 * such and the pools no schedules. Settings as they are come first.
 */
export function gridOf(
  trace: Trace,
  pools: readonly TracePool[],
  { capacities, machineTypes }: Pick<AdviseOptions, 'capacities' | 'machineTypes'>,
): readonly Change[] {
  const hours = busyHours(trace)
  const slots = Math.max(1, ...pools.map(({ policy }) => policy.workflowsPerAgent))
  const isScheduled = pools.some(({ policy }) => policy.schedules.length > 0)
  const most = Math.max(0, ...pools.map(({ policy }) => policy.max))
  const jobsAtATime = (hours?.jobsAtATime ?? averageJobs(trace)) / pools.length
  const mins = [
    ...new Set(MIN_SHARES.map((share) => Math.min(Math.ceil((share * jobsAtATime) / slots), most))),
  ]
  const changes: Change[] = []
  for (const idle of idleTimeouts(pools)) {
    for (const buffer of BUFFERS) {
      for (const min of mins) {
        changes.push({ ...idle, buffer, min })
        // Without either there is nothing to have in some hours alone.
        const isKept = min > 0 || !('slots' in buffer && buffer.slots === 0)
        if (!hours || isScheduled || !isKept) continue
        changes.push({ ...idle, min: 0, buffer: { slots: 0 }, schedules: [during(hours, min, buffer)] })
      }
    }
  }
  const sized = capacities.flatMap((workflowsPerAgent) =>
    changes.map((change) => ({ ...change, workflowsPerAgent })),
  )
  const all = capacities.length > 0 ? sized : changes
  const typed = machineTypes.flatMap((machineType) => [
    { machineType },
    ...all.map((change) => ({ ...change, machineType })),
  ])
  return [{}, ...(machineTypes.length > 0 ? typed : all)]
}

/** Where hours are paid as soon as they begin, machines stay to their ends, whatever the timeout. */
function idleTimeouts(pools: readonly TracePool[]): readonly Change[] {
  const matters = pools.some(({ policy }) => policy.billing === 'second')
  return matters ? IDLE_TIMEOUTS_MS.map((idleTimeoutMs) => ({ idleTimeoutMs })) : [{}]
}

/** A little earlier than the work. */
function during({ fromHour, toHour, weekdaysOnly }: BusyHours, min: number, buffer: Buffer): Schedule {
  const from = fromHour === 0 ? '0 0' : `45 ${fromHour - 1}`
  const forMs = (toHour - fromHour) * 60 * MINUTE_MS + (fromHour === 0 ? 0 : 15 * MINUTE_MS)
  return { cron: `${from} * * ${weekdaysOnly ? '1-5' : '*'}`, timeZone: 'UTC', forMs, min, buffer }
}

function averageJobs({ arrivals, spanMs }: Trace): number {
  return arrivals.reduce((sum, { durationMs }) => sum + durationMs, 0) / Math.max(spanMs, 1)
}
