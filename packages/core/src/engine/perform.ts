import type { Agent } from '../model/agent.ts'
import type { Cordon, Forget, Terminate, Uncordon } from '../model/plan.ts'
import type { AgentInspection, CiServer } from '../ports/ci-server.ts'
import { type Clock, withDeadline } from '../ports/clock.ts'
import { asOutsideError, Transient } from '../ports/errors.ts'
import type { CallOptions } from '../ports/provider.ts'
import type { Pool } from './autoscaler.ts'
import type { EngineLimits } from './limits.ts'
import type { PoolCloud } from './pool-cloud.ts'

/** What performing an action needs. */
export interface Workbench {
  readonly server: CiServer
  readonly pool: Pool
  readonly cloud: PoolCloud
  readonly clock: Clock
  readonly limits: EngineLimits
  readonly signal: AbortSignal
}

/** Refused at the last look: the world is no longer what the plan was made for. Nothing was changed. */
export class Refused extends Error {}

/** Makes the record, then the machine with its name. A launch that surely failed leaves no record. */
export async function launch(name: string, bench: Workbench): Promise<void> {
  const { server, pool, cloud, signal } = bench
  const { policy, provider, agent: settings } = pool
  const created = await onServer(bench, 'making the record', (call) =>
    server.createAgent(
      {
        name,
        slots: policy.workflowsPerAgent,
        labels: settings.labels,
        backend: provider.platform?.backend ?? 'docker',
        image: settings.image,
        environment: settings.environment,
      },
      call,
    ),
  )
  const { environment, image } = created
  try {
    const input = { name, poolId: policy.id, image, environment, labels: settings.labels }
    const userData = provider.usesUserData === false ? '' : settings.renderUserData(input)
    await cloud.deploy({ name, pool: policy.id, environment, image, userData }, signal)
  } catch (thrown) {
    const error = asOutsideError(thrown)
    // Where the machine may exist all the same, its record must stay: the next lists show which it is.
    if (!error.mayHaveActed) {
      await onServer(bench, 'taking the record back', (call) => server.deleteAgent(created.agent, call))
    }
    throw error
  }
}

/** Sets or lifts the cordon, and answers the record as the server wrote it. */
export async function setCordon({ kind, agent }: Cordon | Uncordon, bench: Workbench): Promise<Agent> {
  const wanted = kind === 'cordon'
  const written = await onServer(bench, 'writing the record', (call) =>
    bench.server.setCordon(agent, wanted, call),
  )
  if (!written) throw new Refused('the record is gone')
  if (written.cordoned !== wanted) throw new Transient('the server did not keep what was written')
  return written
}

/**
 * Deletes the record after a last look; throws `Refused` where that shows work. Always before the machine
 * is ended: in this order the server itself protects work that has begun.
 */
export async function deleteRecord(
  agent: Agent,
  because: Terminate['because'] | Forget['because'],
  bench: Workbench,
): Promise<void> {
  const { server } = bench
  const now = await onServer(bench, 'looking at the record once more', (call) =>
    server.inspectAgent(agent.id, call),
  )
  // Deleted already: by us, when the answer was lost.
  if (!now) return
  const change = whatChanged(agent, now, because)
  if (change) throw new Refused(change)
  const deletion = await onServer(bench, 'deleting the record', (call) => server.deleteAgent(agent, call))
  if (deletion === 'busy') throw new Refused('the server says that it has running tasks')
}

/** The last look before an act that cannot be undone. */
function whatChanged(planned: Agent, { agent, busy }: AgentInspection, because: string): string | undefined {
  if (agent.name !== planned.name || agent.createdAt !== planned.createdAt)
    return 'the record is another agent’s now'
  if (busy) return 'it has taken a task'
  if (agent.lastWorkAt !== planned.lastWorkAt) return 'it has worked in between'
  if (because === 'drained') return agent.cordoned ? undefined : 'its cordon was lifted'
  return agent.lastContactAt === planned.lastContactAt ? undefined : 'it has been in contact in between'
}

function onServer<T>(bench: Workbench, what: string, ask: (call: CallOptions) => Promise<T>): Promise<T> {
  const { clock, limits, signal } = bench
  const late = () =>
    new Transient(`${what} took longer than ${Math.round(limits.serverWriteMs / 1000)} s`, {
      mayHaveActed: true,
    })
  return withDeadline(clock, limits.serverWriteMs, signal, late, async (within) => ask({ signal: within }))
}
