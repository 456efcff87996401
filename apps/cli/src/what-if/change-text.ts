import type { Schedule } from '@woodpeckers/autoscaler-core'
import type { Change } from '@woodpeckers/autoscaler-traces'
import { durationText } from '../config/duration-text.ts'
import { bufferText } from '../settings/buffer.ts'

/** A change as people would write it: `idleTimeout 3m, buffer 1`. */
export function changeText({
  machineType,
  min,
  buffer,
  idleTimeoutMs,
  schedules,
  workflowsPerAgent,
}: Change): string {
  const [schedule] = schedules ?? []
  const parts = [
    ...(machineType ? [machineType.name] : []),
    ...(idleTimeoutMs === undefined ? [] : [`idleTimeout ${durationText(idleTimeoutMs)}`]),
    ...(workflowsPerAgent === undefined ? [] : [`workflowsPerAgent ${workflowsPerAgent}`]),
    ...(schedule || min === undefined ? [] : [`min ${min}`]),
    ...(schedule || !buffer ? [] : [`buffer ${bufferText(buffer)}`]),
    ...(schedule
      ? [
          `${keptText(schedule)} at "${schedule.cron}" (${schedule.timeZone}) for ${durationText(schedule.forMs)}`,
        ]
      : []),
  ]
  return parts.length === 0 ? 'as it is' : parts.join(', ')
}

function keptText({ min = 0, buffer }: Schedule): string {
  const free = buffer && bufferText(buffer)
  return [...(min > 0 ? [`min ${min}`] : []), ...(free && free !== '0' ? [`buffer ${free}`] : [])].join(
    ' and ',
  )
}
