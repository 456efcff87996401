import type { Money } from '@woodpeckers/autoscaler-core'
import type { CloudMachine } from './cloud-machine.ts'

const HOUR_MS = 3_600_000

/** What a machine has cost until `now`: each hour begun, or each second. It is paid while it is stopped, too. */
export function machineCost(machine: CloudMachine, billing: 'second' | 'hour', now: number): Money {
  const { amount, currency } = machine.offering.hourlyPrice ?? { amount: 0, currency: 'EUR' }
  const hours = livedMs(machine, now) / HOUR_MS
  const paidHours = billing === 'hour' ? Math.max(Math.ceil(hours), 1) : hours
  return { amount: paidHours * amount, currency }
}

export function livedMs(machine: CloudMachine, now: number): number {
  return (machine.endedAt ?? now) - machine.createdAt
}
