import { userDataBytes } from '../cloud-init/user-data-bytes.ts'
import { MADE_FROM } from '../evidence/label-differences.ts'
import type { Agent } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Cordon, Forget, Launch, Park, Start, Terminate, Uncordon } from '../model/plan.ts'
import type { OfferingRefusal, Outcome } from '../model/report.ts'
import type { AgentInspection, CiServer, CreatedAgent } from '../ports/ci-server.ts'
import { type Clock, withDeadline } from '../ports/clock.ts'
import { asOutsideError, type OutsideError, Rejected, Transient } from '../ports/errors.ts'
import type { AgentDeployment, CallOptions } from '../ports/provider.ts'
import type { Pool } from './autoscaler.ts'
import type { EngineLimits } from './limits.ts'
import type { DeployResult, PoolCloud } from './pool-cloud.ts'

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

/** A call of the CI server failed, and not one of the cloud. */
export class ServerFailed extends Error {
  readonly error: OutsideError

  constructor(error: OutsideError) {
    super(error.message, { cause: error })
    this.error = error
  }
}

/** Makes the record, or takes the one that an earlier process has left, then the machine with its name. */
export async function launch(
  name: string,
  { avoid, machineType, name: repeated }: Launch,
  bench: Workbench,
): Promise<Pick<Outcome, 'offering' | 'refusals'>> {
  const { server, pool, cloud, signal } = bench
  const { policy, provider, agent: settings } = pool
  const created = await onServer(bench, 'making the record', (call) =>
    server.createAgent(
      {
        name,
        slots: policy.workflowsPerAgent,
        labels: labelsOf(pool, machineType),
        backend: settings.backend ?? provider.platform?.backend ?? 'docker',
        image: settings.image,
        environment: settings.environment,
        ...(policy.mode === 'ephemeral' && { servesOne: true }),
        ...(settings.scope !== undefined && { scope: settings.scope }),
      },
      call,
    ),
  )
  const deployment = deploymentOf(created, name, pool, machineType)
  const result: DeployResult =
    deployment instanceof Rejected
      ? { ok: false, refusals: [], error: deployment }
      : await cloud.deploy(deployment, { avoid, machineType }, signal)
  const { refusals } = result
  if (result.ok) return { refusals, ...(result.offering === undefined ? {} : { offering: result.offering }) }
  const { error } = result
  // Where the machine may exist all the same, its record must stay: the next lists show which it is. The order of an
  // earlier process may still arrive, whatever came of this one.
  const mayExist = error.mayHaveActed || repeated !== undefined
  throw new LaunchFailed(error, refusals, !mayExist && (await takeBack(created.agent, bench)))
}

/** The user's, with the machine type that tasks choose by, and the mark from what the machine was made. */
function labelsOf({ policy, agent }: Pool, machineType: string | undefined): Labels {
  const { madeFrom, machineLabel } = policy
  return {
    ...agent.labels,
    ...(machineLabel !== undefined && machineType !== undefined && { [machineLabel]: machineType }),
    ...(madeFrom !== undefined && { [MADE_FROM]: madeFrom }),
  }
}

/** A launch that failed, the offerings that were refused, and whether its record is gone again. */
export class LaunchFailed extends Error {
  readonly error: OutsideError
  readonly refusals: readonly OfferingRefusal[]
  readonly recordDeleted: boolean

  constructor(error: OutsideError, refusals: readonly OfferingRefusal[], recordDeleted: boolean) {
    super(error.message, { cause: error })
    this.error = error
    this.refusals = refusals
    this.recordDeleted = recordDeleted
  }
}

function deploymentOf(
  { environment, image }: CreatedAgent,
  name: string,
  pool: Pool,
  machineType: string | undefined,
): AgentDeployment | Rejected {
  const { policy, provider, agent: settings } = pool
  const input = { name, poolId: policy.id, image, environment, labels: labelsOf(pool, machineType) }
  let userData = ''
  try {
    if (provider.usesUserData !== false) userData = settings.renderUserData(input)
  } catch (cause) {
    return new Rejected(`the user data cannot be rendered: ${asOutsideError(cause).message}`, { cause })
  }
  const size = userDataBytes(userData, provider.userDataLimit)
  return size.fits ? { name, pool: policy.id, environment, image, userData } : new Rejected(size.message)
}

/** What went wrong with the launch matters more than a record that stays behind: the sweep finds that one. */
async function takeBack(agent: Agent, bench: Workbench): Promise<boolean> {
  try {
    const deletion = await onServer(bench, 'taking the record back', (call) =>
      bench.server.deleteAgent(agent, call),
    )
    return deletion !== 'busy'
  } catch {
    return false
  }
}

/** Sets or lifts the cordon, and answers the record as the server wrote it. */
export function setCordon({ kind, agent }: Cordon | Uncordon, bench: Workbench): Promise<Agent> {
  return writeCordon(agent, kind === 'cordon', bench)
}

/** Starts the machine, then lets its agent take tasks: one that comes up cordoned is only called back later. */
export async function start(
  { agent, name, standing }: Start,
  bench: Workbench,
): Promise<Pick<Outcome, 'agent'>> {
  if (standing === undefined) await bench.cloud.start(name, bench.signal)
  else await bench.cloud.startStanding(standing, bench.signal)
  // To write the record of one that has never registered could undo its registration.
  if (agent?.lastContactAt === undefined) return {}
  return { agent: await writeCordon(agent, false, bench) }
}

/** Stops the machine after a last look; the record stays, cordoned, for the next start. */
export async function park(
  { agent, further = [], name, because, standing }: Park,
  bench: Workbench,
): Promise<void> {
  if (agent) {
    for (const each of [...further, agent]) await lookBeforeParking(each, because, bench)
  } else if (because !== 'hangs') {
    const queue = await onServer(bench, 'looking at the queue once more', (call) =>
      bench.server.readQueue(call),
    )
    if (queue.tasks.length > 0) throw new Refused('a task is in the queue')
  }
  if (standing === undefined) await bench.cloud.stop(name, bench.signal)
  else await bench.cloud.stopStanding(standing, bench.signal)
}

async function lookBeforeParking(agent: Agent, because: Park['because'], bench: Workbench): Promise<void> {
  const now = await onServer(bench, 'looking at the record once more', (call) =>
    bench.server.inspectAgent(agent.id, call),
  )
  const change = now ? whatChanged(agent, now, causeFor(agent, because)) : 'its record is gone'
  if (change) throw new Refused(change)
  // Pollers of an agent that fell silent may be left at the server: they would be given tasks.
  if (!agent.cordoned && agent.lastContactAt !== undefined) await writeCordon(agent, true, bench)
}

/** One that was not cordoned with its machine was out of contact, and must be so still. */
function causeFor(agent: Agent, because: string): string {
  return because === 'drained' && !agent.cordoned ? 'silent' : because
}

async function writeCordon(agent: Agent, wanted: boolean, bench: Workbench): Promise<Agent> {
  // The server writes by id, and a restored database may have given the id to another agent.
  const now = await onServer(bench, 'looking at the record', (call) =>
    bench.server.inspectAgent(agent.id, call),
  )
  if (now && !isSame(agent, now.agent)) throw new Refused(OTHER_AGENT)
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
  const change = whatChanged(agent, now, causeFor(agent, because))
  if (change) throw new Refused(change)
  const deletion = await onServer(bench, 'deleting the record', (call) => server.deleteAgent(agent, call))
  if (deletion === 'busy') throw new Refused('the server says that it has running tasks')
}

/** An orphan has no record: one that shows up after all means that its agent may well be at work. */
export async function checkOrphan({ lastAgentId, name }: Terminate, bench: Workbench): Promise<void> {
  if (lastAgentId === undefined) return
  const now = await onServer(bench, 'looking for its record once more', (call) =>
    bench.server.inspectAgent(lastAgentId, call),
  )
  if (now?.agent.name === name) throw new Refused('its record is there after all')
}

const OTHER_AGENT = 'the record is another agent’s now'

function isSame(planned: Agent, now: Agent): boolean {
  return now.name === planned.name && now.createdAt === planned.createdAt
}

/** The last look before an act that cannot be undone. */
function whatChanged(planned: Agent, { agent, busy }: AgentInspection, because: string): string | undefined {
  if (!isSame(planned, agent)) return OTHER_AGENT
  if (busy) return 'it has taken a task'
  if (agent.lastWorkAt !== planned.lastWorkAt) return 'it has worked in between'
  if (because === 'drained') return agent.cordoned ? undefined : 'its cordon was lifted'
  return agent.lastContactAt === planned.lastContactAt ? undefined : 'it has been in contact in between'
}

async function onServer<T>(
  bench: Workbench,
  what: string,
  ask: (call: CallOptions) => Promise<T>,
): Promise<T> {
  const { clock, limits, signal } = bench
  const late = () =>
    new Transient(`${what} took longer than ${Math.round(limits.serverWriteMs / 1000)} s`, {
      mayHaveActed: true,
    })
  try {
    return await withDeadline(clock, limits.serverWriteMs, signal, late, async (within) =>
      ask({ signal: within }),
    )
  } catch (thrown) {
    throw new ServerFailed(asOutsideError(thrown))
  }
}
