import type { Note } from './journal.ts'
import type { HandOver } from './queue-watch.ts'
import type { SoakJob } from './soak-site.ts'

/** What the world knows of its own deeds, and of who had which job. */
export interface Evidence {
  readonly notes: readonly Note[]
  readonly handOvers: ReadonlyMap<string, HandOver>
  readonly agentKilledAt: ReadonlyMap<string, number>
  /** When connections between agents and the server broke, the server's own deaths included. */
  readonly brokenAt: readonly number[]
  readonly serverKilledAt: readonly number[]
  /** When an agent's process was last seen. */
  readonly agentSeenAt: ReadonlyMap<string, number>
}

export interface Loss {
  readonly taskId: string
  readonly state: string
  /** Which deed of ours explains it; undefined: none does. */
  readonly excuse: 'agent killed' | 'hand-over cut off' | undefined
  readonly story: string
}

/** Looks are a quarter of a second apart, and take a moment. */
const LOOK_MS = 600
/** Had the autoscaler ended the agent's machine, that would be why: so it must have lived on. */
const LIVED_ON_MS = 10_000

/** Every job that did not succeed, with what the world did to it. */
export function findLosses(jobs: readonly SoakJob[], evidence: Evidence): readonly Loss[] {
  return jobs
    .filter(({ state }) => state !== 'success')
    .map(({ taskId, state }) => ({ taskId, state, ...explain(taskId, evidence) }))
}

/** Jobs that more than one agent has taken. */
export function takenTwice(notes: readonly Note[]): readonly string[] {
  const taken = notes.filter(({ what }) => what === 'took').map(({ taskId }) => taskId)
  return taken.filter((taskId, at) => taken.indexOf(taskId) !== at)
}

function explain(taskId: string, evidence: Evidence): Pick<Loss, 'excuse' | 'story'> {
  const { notes, agentKilledAt, handOvers } = evidence
  const taker = notes.find((note) => note.what === 'took' && note.taskId === taskId)?.agent
  if (taker === undefined) return explainUntaken(handOvers.get(taskId), evidence)
  const reported = notes.some((note) => note.what === 'reported' && note.taskId === taskId)
  if (reported) return { excuse: undefined, story: `${taker} has reported it` }
  if (agentKilledAt.has(taker)) return { excuse: 'agent killed', story: `${taker} was killed with it` }
  return { excuse: undefined, story: `${taker} took it, and was not killed` }
}

/** The server gave it out, or never did; no agent has got it. */
function explainUntaken(handOver: HandOver | undefined, evidence: Evidence): Pick<Loss, 'excuse' | 'story'> {
  if (!handOver) return { excuse: undefined, story: 'it was never seen in the queue' }
  const { pendingAt, given } = handOver
  if (!given) {
    // Given out, and the server killed, all between two looks.
    const killed = evidence.serverKilledAt.some((at) => at >= pendingAt && at <= pendingAt + LOOK_MS)
    const story = `last seen pending at ${new Date(pendingAt).toISOString()}`
    return { excuse: killed ? 'hand-over cut off' : undefined, story }
  }
  const { agent, at } = given
  const story = `given to ${agent} at ${new Date(at).toISOString()}, which has not got it`
  const killedAt = evidence.agentKilledAt.get(agent)
  if (killedAt !== undefined && killedAt >= pendingAt - LOOK_MS) return { excuse: 'agent killed', story }
  const livedOn = killedAt !== undefined || (evidence.agentSeenAt.get(agent) ?? 0) >= at + LIVED_ON_MS
  const broke = evidence.brokenAt.some((broken) => broken >= pendingAt - LOOK_MS && broken <= at + LOOK_MS)
  return { excuse: broke && livedOn ? 'hand-over cut off' : undefined, story }
}
