import { variantsOf } from '../evidence/variants.ts'
import type { Fate } from '../model/fate.ts'
import type { Hold, HoldCause } from '../model/plan.ts'
import type { TickReport } from '../model/report.ts'
import type { Task } from '../model/task.ts'
import { obstacleOfPool } from '../plan/obstacles.ts'
import { agentAnswers } from './agent-answers.ts'
import { bootingAnswers, bootingText } from './booting-answers.ts'
import type { Explanation, PoolAnswer } from './explanation.ts'
import { fateCause, fateSentence } from './fate-sentence.ts'

/** Holds that keep tasks waiting; the others keep machines from their end. */
const KEEPS_WAITING: ReadonlySet<HoldCause> = new Set<HoldCause>([
  'agents-unknown',
  'queue-unknown',
  'machines-unknown',
  'paused',
  'pool-paused',
  'pool-draining',
  'at-max',
  'fleet-at-max',
  'hourly-cost',
  'spend-cap',
  'price-unknown',
  'batch',
  'scale-up-delay',
  'failing-agent',
  'cordoned-by-others',
  'backing-off',
  'cloud-backing-off',
  'server-backing-off',
  'never-connect',
  'requeued',
  'no-pool-matches',
  'concurrency-group',
  'not-taken',
  'labels-differ',
  'queue-needs-agent',
  'standing-gone',
  'stopping-hangs',
  'agent-unknown',
])

/** Why a task waits, who could take it, and what comes for it; `undefined`: the queue has no such task, or cannot be read. */
export function explainTask(
  id: string,
  report: Pick<TickReport, 'snapshot' | 'input' | 'plan'>,
): Explanation | undefined {
  const { snapshot, input, plan } = report
  const task = snapshot.queue.ok ? snapshot.queue.value.tasks.find((each) => each.id === id) : undefined
  if (!task) return undefined
  const { memory, matching } = input
  const pools = input.pools.map((pool): PoolAnswer => {
    const variants = variantsOf(pool, memory.offerings.get(pool.id) ?? [], memory.trials.registered, matching)
    const obstacle = obstacleOfPool(task.labels, pool, variants, matching)
    return { pool: pool.id, ...(obstacle && { obstacle }) }
  })
  const fitting = new Set(pools.flatMap(({ pool, obstacle }) => (obstacle ? [] : pool)))
  // Agents that register otherwise than promised are what stands in the way, and no lack of a pool.
  for (const { because, pool } of plan.holds)
    if (because === 'labels-differ' && pool !== undefined) fitting.add(pool)
  const fate = plan.fates.get(id)
  const booting = task.state === 'pending' ? bootingAnswers(task, fitting, report) : []
  const waitingSinceAt = memory.pendingSince.get(id)
  return {
    task: {
      id,
      title: task.title,
      state: task.state,
      labels: task.labels,
      ...(waitingSinceAt !== undefined && { waitingSinceAt }),
    },
    because: task.state === 'running' ? 'running' : fate ? fateCause(fate) : 'unknown',
    sentence: sentenceOf(task, fate, report, bootingText(booting, snapshot.takenAt)),
    pools,
    agents: agentAnswers(task, report),
    booting,
    holds: task.state === 'running' ? [] : plan.holds.filter((hold) => concerns(hold, fitting)),
  }
}

function sentenceOf(
  { state, agentId, dependencies }: Task,
  fate: Fate | undefined,
  { snapshot }: Pick<TickReport, 'snapshot'>,
  boots: string | undefined,
): string {
  if (state === 'running') {
    const agents = snapshot.agents.ok ? snapshot.agents.value.agents : []
    const name = agents.find(({ id }) => id === agentId)?.name
    return name === undefined ? 'An agent runs it.' : `The agent ${name} runs it.`
  }
  if (state === 'waiting' && snapshot.queue.ok) {
    const titles = snapshot.queue.value.tasks
      .filter(({ id }) => dependencies.includes(id))
      .map(({ title }) => title)
    if (titles.length > 0) return `It waits for ${titles.join(', ')}.`
  }
  if (!fate) return 'Nothing is known of it yet.'
  return fate.kind === 'booting' && boots !== undefined ? boots : fateSentence(fate, snapshot.takenAt)
}

function concerns({ because, pool }: Hold, fitting: ReadonlySet<string>): boolean {
  return KEEPS_WAITING.has(because) && (pool === undefined || fitting.has(pool))
}
