import type { Instance } from '@aws-sdk/client-ec2'
import { Transient } from '@woodpeckers/autoscaler-core'
import type { InstanceApi } from './api.ts'

/** AWS's own advice: when stopping takes longer, stop it by force. */
const HANGS_AFTER_MS = 600_000

interface Known {
  readonly id: string
  /** For messages. */
  readonly called: string
  readonly instance: Instance
}

/** Starts it unless it runs. One that still stops cannot be started yet. */
export async function startInstance(
  api: InstanceApi,
  { id, called, instance }: Known,
  signal: AbortSignal,
): Promise<void> {
  const state = instance.State?.Name
  if (state === 'running' || state === 'pending') return
  if (state === 'stopping') throw new Transient(`${called} is still stopping: it can be started after that`)
  await api.startInstance(id, signal)
}

/** Stops it unless it is stopped; one that has hung in `stopping` for long is stopped by force. */
export async function stopInstance(
  api: InstanceApi,
  { id, instance }: Known,
  nowAt: number,
  signal: AbortSignal,
): Promise<void> {
  const state = instance.State?.Name
  if (state === 'stopped') return
  const hangs = state === 'stopping' && nowAt - (stoppingSince(instance) ?? nowAt) >= HANGS_AFTER_MS
  if (state === 'stopping' && !hangs) return
  await api.stopInstance(id, hangs, signal)
}

/** From EC2's words, such as `User initiated (2026-01-31 23:59:59 GMT)`. */
export function stoppingSince({ StateTransitionReason }: Instance): number | undefined {
  const [, time] = /\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(StateTransitionReason ?? '') ?? []
  return time === undefined ? undefined : Date.parse(`${time.replace(' ', 'T')}Z`)
}
