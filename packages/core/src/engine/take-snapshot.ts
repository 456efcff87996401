import { isInContact } from '../evidence/contact.ts'
import { withoutRemains } from '../evidence/remains.ts'
import { poolOfName } from '../model/names.ts'
import type { PoolId } from '../model/pool.ts'
import type { MachinesReading, Operation, Reading, Snapshot } from '../model/snapshot.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import type { Task } from '../model/task.ts'
import type { AgentsReading, CiServer, QueueReading } from '../ports/ci-server.ts'
import { type Clock, withDeadline } from '../ports/clock.ts'
import { asOutsideError, Transient } from '../ports/errors.ts'
import type { CallOptions } from '../ports/provider.ts'
import type { EngineLimits } from './limits.ts'
import type { PoolCloud } from './pool-cloud.ts'

export interface SnapshotSources {
  readonly server: CiServer
  readonly clouds: ReadonlyMap<PoolId, PoolCloud>
  readonly clock: Clock
  readonly limits: EngineLimits
  readonly signal: AbortSignal
  readonly operations: () => readonly Operation[]
  readonly streamBrokeAt: () => number | undefined
  /** Of which of the tasks that have left the queue it is to be asked what became. */
  readonly toBeExplained: (queue: readonly Task[]) => readonly string[]
  /** Names of machines that somebody else has cordoned: nothing is done with them, whatever they work on. */
  readonly leftAlone: ReadonlySet<string>
  /** Called with the time that the server needed for agents and queue. */
  readonly onServerRead: (tookMs: number) => void
}

/**
 * Reads everything, in the order that makes it safe: machines, then agents (a record is made before its
 * machine, so a new machine never looks like an orphan), then the queue. `machines`: lists of a tick before
 * that are recent enough for this one.
 */
export async function takeSnapshot(
  sources: SnapshotSources,
  machines?: ReadonlyMap<PoolId, Reading<MachinesReading>>,
): Promise<Snapshot> {
  const { server, clouds, clock, limits, signal } = sources
  const takenAt = clock.now()
  const inFlight = sources.operations()
  const streamBrokeAt = sources.streamBrokeAt()
  const listed =
    (machines && asReused(machines)) ??
    new Map(
      await Promise.all([...clouds].map(async ([id, cloud]) => [id, await cloud.list(signal)] as const)),
    )
  const read = <T>(what: string, ask: (call: CallOptions) => Promise<T>): Promise<Reading<T>> => {
    const late = () =>
      new Transient(`${what} did not come within ${Math.round(limits.serverReadMs / 1000)} s`)
    return withDeadline(clock, limits.serverReadMs, signal, late, async (within) =>
      ask({ signal: within }),
    ).then(
      (value) => ({ ok: true, value }),
      (thrown) => ({ ok: false, error: asOutsideError(thrown) }),
    )
  }
  const askedAt = clock.monotonic()
  const agents = await read('the list of agents', (call) => server.readAgents(call))
  const queue = await read('the queue', (call) => server.readQueue(call))
  sources.onServerRead(clock.monotonic() - askedAt)
  const unasked = { work: undefined, endings: undefined }
  const there = agents.ok ? withoutRemains(listed, agents.value.agents) : listed
  const seen = { takenAt, inFlight, streamBrokeAt, machines: there, agents, queue, ...unasked }
  if (!agents.ok || !queue.ok) return seen
  const left = server.readEndings ? sources.toBeExplained(queue.value.tasks) : []
  const endings =
    left.length === 0
      ? undefined
      : await read('what became of tasks', async (call) => server.readEndings?.(left, call) ?? [])
  // Without them it is only later that an agent is found to fail.
  const base = { ...seen, endings: endings?.ok ? endings.value : undefined }
  const standing = [...listed.values()].flatMap((reading) => (reading.ok ? reading.value.standing : []))
  const asked =
    needsEvidence(agents.value, takenAt, sources, standing) ||
    standing.some((machine) => isUnknownAgents(machine) && isDueToRest(machine, queue.value))
  if (!asked) return base
  return {
    ...base,
    work: await read('the work in the database', (call) => server.readWork(queue.value.tasks, call)),
  }
}

function asReused(
  machines: ReadonlyMap<PoolId, Reading<MachinesReading>>,
): ReadonlyMap<PoolId, Reading<MachinesReading>> {
  return new Map(
    [...machines].map(([id, reading]) => [
      id,
      reading.ok ? { ok: true, value: { ...reading.value, reused: true } } : reading,
    ]),
  )
}

/** Only where one of ours may be on its way out is the database asked: it costs the server more than the queue. */
function needsEvidence(
  reading: AgentsReading,
  takenAt: number,
  { clouds, leftAlone }: Pick<SnapshotSources, 'clouds' | 'leftAlone'>,
  standing: readonly StandingSeen[],
): boolean {
  const clocks = { takenAt, serverNowAt: reading.serverNowAt }
  const isOurs = (name: string): boolean => {
    const pool = poolOfName(name)
    return pool !== undefined && clouds.has(pool)
  }
  const onStanding = new Set(standing.filter(runs).map(({ agentId }) => agentId))
  return reading.agents.some((agent) => {
    const isStanding = onStanding.has(agent.id)
    if ((!isStanding && !isOurs(agent.name)) || leftAlone.has(agent.name)) return false
    // Of ours, one that never registered has had no work; one made by hand has a past that nobody here knows.
    const mayHaveWorked = isStanding || agent.lastContactAt !== undefined
    return agent.cordoned || (mayHaveWorked && !isInContact(agent, clocks))
  })
}

function runs({ state }: StandingSeen): boolean {
  return state !== 'stopped' && state !== 'gone'
}

/** While there are tasks it is stopped only if it stops already, and hangs. */
function isDueToRest({ state }: StandingSeen, { tasks }: QueueReading): boolean {
  return tasks.length === 0 || state === 'stopping'
}

/** Whether it has work only the whole of the database can tell. */
function isUnknownAgents(machine: StandingSeen): boolean {
  return machine.agentId === undefined && runs(machine)
}
