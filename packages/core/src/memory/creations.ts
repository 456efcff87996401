import { type Clocks, onOurClock } from '../evidence/contact.ts'
import { agentsByName } from '../evidence/lists.ts'
import type { Creation, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { MachinesReading, Reading, Snapshot } from '../model/snapshot.ts'

/** A record is made right before its machine: the call that creates the machine takes no longer. */
const AFTER_ITS_RECORD_MS = 3 * 60_000
const BEFORE_ITS_RECORD_MS = 60_000

/**
 * When each listed machine was created, by our clock. The cloud tells it by its own clock, and ours may be wrong or have
 * been set: where the two do not fit, the time of its record counts. What was first understood stands, and is shifted with
 * the rest of the memory when our clock is set.
 */
export function observeCreations(memory: Memory, snapshot: Snapshot): Memory['creations'] {
  const { agents, machines, takenAt } = snapshot
  if (!agents.ok) return memory.creations
  const clocks: Clocks = { takenAt, serverNowAt: agents.value.serverNowAt }
  const records = agentsByName(agents.value.agents)
  const creations = new Map<string, Creation>()
  for (const reading of machines.values()) {
    for (const { name, createdAt: told } of reading.ok ? reading.value.machines : []) {
      if (told === undefined) continue
      const known = memory.creations.get(name)
      const [record] = records.get(name) ?? []
      const recordAt = record && onOurClock(record.createdAt, clocks)
      creations.set(name, known?.told === told ? known : { told, at: onOurTime(told, recordAt, takenAt) })
    }
  }
  // A list that cannot be read says nothing of what it would show.
  if ([...machines.values()].every(({ ok }) => ok)) return creations
  return new Map([...memory.creations, ...creations])
}

function onOurTime(told: number, recordAt: number | undefined, takenAt: number): number {
  const afterMs = told - (recordAt ?? told)
  const fits = afterMs >= -BEFORE_ITS_RECORD_MS && afterMs <= AFTER_ITS_RECORD_MS
  return Math.min(fits ? told : (recordAt ?? told), takenAt)
}

/** The snapshot with its machines' times by our clock. */
export function withCreations(snapshot: Snapshot, creations: Memory['creations']): Snapshot {
  const machines = new Map<PoolId, Reading<MachinesReading>>()
  for (const [pool, reading] of snapshot.machines) {
    const isOff = (reading.ok ? reading.value.machines : []).some(
      ({ name, createdAt }) => createdAt !== undefined && creations.get(name)?.at !== createdAt,
    )
    machines.set(pool, reading.ok && isOff ? onOurTimes(reading.value, creations) : reading)
  }
  return { ...snapshot, machines }
}

function onOurTimes(reading: MachinesReading, creations: Memory['creations']): Reading<MachinesReading> {
  const machines = reading.machines.map((machine) => {
    const at = creations.get(machine.name)?.at
    return at === undefined || machine.createdAt === undefined ? machine : { ...machine, createdAt: at }
  })
  return { ok: true, value: { ...reading, machines } }
}
