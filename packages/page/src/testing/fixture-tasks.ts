import type { TaskStatus } from '@woodpeckers/autoscaler-observer'
import type { FixturePool, LiveMachine } from './fleet-life.ts'

const repositories = ['acme/web', 'acme/api', 'acme/mobile', 'infra/images', 'docs/site'] as const
const steps = ['build', 'test', 'lint', 'e2e', 'release'] as const

/** What a task has besides that waits for others. */
export const comesLater: Pick<TaskStatus, 'state' | 'because' | 'reason'> = {
  state: 'waiting',
  because: 'waiting',
  reason: 'It waits for another task of its pipeline, which runs.',
}

export function waitingTask(sinceAt: number, pool: FixturePool, place: number): TaskStatus {
  return {
    id: `wait-${place}`,
    title: titleOf(place * 1_117),
    state: 'pending',
    labels: { platform: 'linux/amd64', pool: pool.id },
    sinceAt,
    because: 'booting',
    reason: `A machine of ${pool.id} boots for it; that usually takes 1 min 20 s.`,
  }
}

export function runningTask({ name, sinceAt, fromAt }: LiveMachine): TaskStatus {
  return {
    id: `run-${name}`,
    title: titleOf(name.length + fromAt),
    state: 'running',
    labels: { platform: 'linux/amd64' },
    sinceAt,
    agent: name,
  }
}

export function titleOf(number: number): string {
  const place = Math.abs(Math.floor(number / 15)) % 997
  const repository = repositories[place % repositories.length]
  return `${repository}#${400 + (place % 90)} ${steps[(place >> 2) % steps.length]}`
}
