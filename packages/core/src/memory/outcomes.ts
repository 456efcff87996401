import type { Agent, AgentId } from '../model/agent.ts'
import type { AgentHistory, Memory } from '../model/memory.ts'
import type { Cordon } from '../model/plan.ts'
import type { Outcome } from '../model/report.ts'
import type { OutsideError } from '../ports/errors.ts'
import type { Random } from '../ports/random.ts'
import { afterTry, nextBackOff } from './back-off.ts'
import { recordLaunched } from './launched.ts'
import { recordForJudgement } from './launches.ts'
import { withRefusedOfferings } from './refused-offerings.ts'
import { recordStanding } from './standing-outcomes.ts'

const OF_THE_TYPE: ReadonlySet<OutsideError['kind']> = new Set([
  'offering-unavailable',
  'quota-exceeded',
  'rejected',
])

/** The memory with what came of an action. */
export function recordOutcome(memory: Memory, outcome: Outcome, random: Random): Memory {
  return recordStanding(recordAction(recordOwnWrite(memory, outcome), outcome, random), outcome)
}

/** Also of one that failed: it may have acted all the same, or act yet. One that was refused wrote nothing. */
function recordOwnWrite(memory: Memory, { action, result, at }: Outcome): Memory {
  if (result === 'refused') return memory
  switch (action.kind) {
    case 'cordon':
    case 'uncordon':
    case 'park':
    case 'start':
      return editHistory(memory, action.agent, (history) => ({ ...history, ownWriteAt: at }))
    default:
      return memory
  }
}

function recordAction(memory: Memory, outcome: Outcome, random: Random): Memory {
  const { action, result, at } = outcome
  switch (action.kind) {
    case 'launch':
      return recordLaunch(memory, outcome, random)
    case 'cordon':
      return {
        ...(result === 'done' && outcome.agent ? recordCordon(memory, outcome.agent, action, at) : memory),
        removalBackOff: afterTry(memory.removalBackOff, outcome.name, outcome, random),
      }
    case 'park':
      return {
        ...(result === 'done'
          ? editHistory(memory, action.agent, (history) => ({ ...history, drain: undefined, parkedAt: at }))
          : memory),
        // A machine that was made by hand has a memory of its own.
        ...(action.standing === undefined && {
          removalBackOff: afterTry(memory.removalBackOff, outcome.name, outcome, random),
        }),
      }
    case 'start':
      return recordStart(memory, outcome)
    case 'uncordon':
      return recordCallBack(memory, action.agent, result, at)
    case 'terminate':
    case 'forget':
      return recordRemoval(memory, outcome, random)
    default:
      return action satisfies never
  }
}

function recordLaunch(memory: Memory, outcome: Outcome, random: Random): Memory {
  const { name, error, at } = outcome
  const mayAppear = outcome.result === 'done' || error?.mayHaveActed === true
  return {
    ...withRemovedName(memory, outcome),
    ...withBlame(memory, outcome, random),
    launches: recordForJudgement(memory.launches, outcome, random),
    trials: { ...memory.trials, launched: recordLaunched(memory.trials.launched, outcome) },
    madeNames: new Set([...memory.madeNames, name]),
    launchEndedAt: mayAppear ? new Map(memory.launchEndedAt).set(name, at) : memory.launchEndedAt,
    refusedOfferings: withRefusedOfferings(memory, outcome, random),
    machineTypes: mayAppear ? withMachineType(memory.machineTypes, outcome) : memory.machineTypes,
  }
}

/**
 * Where the record could not be made it is the server's doing, and no pool's: they all wait. A launch that
 * came as far as the cloud shows that the server is well. A request that was refused is the pool's own.
 */
function withBlame(
  memory: Memory,
  outcome: Outcome,
  random: Random,
): Pick<Memory, 'backOff' | 'serverBackOff' | 'launchDoneAt'> {
  const { action, result, error, failedAt, at, refusals = [] } = outcome
  const { backOff, serverBackOff, launchDoneAt } = memory
  if (failedAt === 'server' && error?.kind !== 'rejected')
    return { backOff, launchDoneAt, serverBackOff: nextBackOff(serverBackOff, outcome, random, 'server') }
  // One type that is refused holds up no task that requires another: it has a memory of its own.
  const isOfType = action.kind === 'launch' && action.machineType !== undefined
  const isTypesOwn = isOfType && refusals.length > 0 && error !== undefined && OF_THE_TYPE.has(error.kind)
  return {
    backOff: isTypesOwn ? backOff : afterTry(backOff, action.pool, outcome, random),
    serverBackOff: nextBackOff(serverBackOff, { ...outcome, result: 'done' }, random, 'server'),
    launchDoneAt: result === 'done' ? new Map(launchDoneAt).set(action.pool, at) : launchDoneAt,
  }
}

function withMachineType(types: Memory['machineTypes'], { action, name }: Outcome): Memory['machineTypes'] {
  if (action.kind !== 'launch' || action.machineType === undefined) return types
  return new Map(types).set(name, action.machineType)
}

/** Its boot begins now; one that could not be started is left alone for a while, as one that could not be uncordoned. */
function recordStart(memory: Memory, { action, name, result, at, error }: Outcome): Memory {
  if (action.kind !== 'start') return memory
  const started = result === 'done' || error?.mayHaveActed === true
  const after = recordCallBack(memory, action.agent, result, at)
  return started ? { ...after, launchEndedAt: new Map(after.launchEndedAt).set(name, at) } : after
}

/** It takes tasks again, so its idle time begins anew; or it could not be called back, and another is found. */
function recordCallBack(
  memory: Memory,
  agent: Agent | undefined,
  result: Outcome['result'],
  at: number,
): Memory {
  return editHistory(memory, agent, (history) =>
    result === 'done'
      ? {
          ...history,
          drain: undefined,
          uncordonedAt: at,
          uncordonFailedAt: undefined,
          parkedAt: undefined,
          freeSince: undefined,
        }
      : { ...history, uncordonFailedAt: at },
  )
}

function recordRemoval(memory: Memory, outcome: Outcome, random: Random): Memory {
  const { name } = outcome
  return {
    ...withRemovedName(memory, outcome),
    removalBackOff: afterTry(memory.removalBackOff, name, outcome, random),
    launches: recordForJudgement(memory.launches, outcome, random),
  }
}

/** Also when it failed half-way: the absence of the record is our doing. */
function withRemovedName(memory: Memory, { action, result, name, recordDeleted }: Outcome): Memory {
  const removed =
    recordDeleted ||
    (result === 'done' &&
      (action.kind === 'terminate' || action.because === 'zombie' || action.because === 'machine-gone'))
  if (!removed) return memory
  const launchEndedAt = new Map(memory.launchEndedAt)
  launchEndedAt.delete(name)
  return { ...memory, launchEndedAt, removedNames: new Set([...memory.removedNames, name]) }
}

function recordCordon(
  memory: Memory,
  written: Agent,
  { round, because, reason }: Cordon,
  at: number,
): Memory {
  return editHistory(memory, written, (history) => {
    if (round === 'again' && history.drain) {
      return { ...history, drain: { ...history.drain, cordonedAgainAt: at, seenIdleAt: undefined } }
    }
    return {
      ...history,
      freeSince: undefined,
      drain: {
        because,
        reason,
        cordonedAt: at,
        cordonedAtServer: written.updatedAt,
        cordonedAgainAt: undefined,
        seenIdleAt: undefined,
      },
    }
  })
}

function editHistory(
  memory: Memory,
  agent: { readonly id: AgentId; readonly createdAt: number } | undefined,
  edit: (history: AgentHistory) => AgentHistory,
): Memory {
  const history = agent && memory.agents.get(agent.id)
  if (!history || history.createdAt !== agent.createdAt) return memory
  return { ...memory, agents: new Map(memory.agents).set(agent.id, edit(history)) }
}
