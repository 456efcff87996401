import { noOrders, type Task, unlimitedFleet } from '@woodpeckers/autoscaler-core'
import {
  firstMemory,
  makePlan,
  observe,
  type PlanInput,
  type Snapshot,
} from '@woodpeckers/autoscaler-core/planning'
import { aMachine, anAgent, aPool, aTask, testStartAt } from '@woodpeckers/autoscaler-core/testing'
import { matching } from '@woodpeckers/autoscaler-woodpecker'
import { quantile, say, spread, time, title } from './measure.ts'

export interface Size {
  readonly tasks: number
  readonly agents: number
  readonly pools: number
}

export const usual: Size = { tasks: 10_000, agents: 1_000, pools: 50 }

/** How long one plan takes, and how that grows with each of its sizes. */
export function benchPlanning(): void {
  title('Planning: one snapshot to one plan (aim: p99 under 50 ms, growth no worse than linear)')
  const full = measure(usual)
  say('10,000 tasks × 1,000 agents × 50 pools', spread(full))
  for (const [name, small] of [
    ['tasks', { ...usual, tasks: 1_000 }],
    ['agents', { ...usual, agents: 100 }],
    ['pools', { ...usual, pools: 5 }],
  ] as const) {
    const ratio = quantile(full, 0.5) / quantile(measure(small), 0.5)
    say(`ten times as many ${name} take`, `${ratio.toFixed(1)} times as long`)
  }
  say(
    'all labels of all tasks different',
    spread(measure(usual, { labels: (at) => ({ [`label-${at}`]: `value-${at}` }) })),
  )
  say('no agent matches any task', spread(measure(usual, { labels: () => ({ gpu: 'yes' }) })))
  say(
    '2,000 concurrency groups',
    spread(measure(usual, { concurrency: (at) => ({ group: `g${at % 2_000}`, limit: 1 }) })),
  )
  say('a naive matcher, each task against each agent', spread(time(3, naiveMatching(inputOf(usual, {})))))
}

/** What asks each agent for each task, as one would write it first: the best one that is free takes it. */
function naiveMatching({ snapshot }: PlanInput): () => number {
  const agents = snapshot.agents.ok ? snapshot.agents.value.agents : []
  const tasks = snapshot.queue.ok ? snapshot.queue.value.tasks : []
  return () => {
    const free = new Map(agents.map(({ id, capacity }) => [id, capacity]))
    let served = 0
    for (const { labels, state } of tasks) {
      if (state !== 'pending') continue
      let best: { readonly id: string; readonly score: number } | undefined
      for (const agent of agents) {
        if ((free.get(agent.id) ?? 0) === 0 || agent.cordoned) continue
        const score = matching.score(labels, agent.labels!)
        if (score > (best?.score ?? 0)) best = { id: agent.id, score }
      }
      if (!best) continue
      free.set(best.id, free.get(best.id)! - 1)
      served++
    }
    return served
  }
}

/** What differs from plain tasks. */
export interface Odd {
  readonly labels?: (at: number) => Record<string, string>
  readonly concurrency?: (at: number) => Task['concurrency'] & {}
}

function measure(size: Size, odd: Odd = {}): readonly number[] {
  const input = inputOf(size, odd)
  return time(100, () => makePlan(input))
}

/** What one plan is made from, at this size. */
export function inputOf({ tasks, agents, pools }: Size, { labels, concurrency }: Odd): PlanInput {
  const offer = (name: string, at: number) => ({
    repo: '*',
    'org-id': '*',
    platform: at % 3 === 0 ? 'linux/arm64' : 'linux/amd64',
    backend: 'docker',
    hostname: name,
    size: `s${at % 10}`,
  })
  const policies = Array.from({ length: pools }, (_, at) =>
    aPool({
      id: `p${at}`,
      max: 100,
      offer: offer('later', at),
      workflowsPerAgent: 2,
      priority: at % 3,
      buffer: { slots: at % 2 },
      maxAgeMs: 86_400_000,
      packing: at % 5 === 0,
    }),
  )
  const everyAgent = Array.from({ length: agents }, (_, at) => {
    const name = `pool-p${at % pools}-agent-a${at}`
    return anAgent({ name, labels: offer(name, at % pools), capacity: 2, cordoned: at % 17 === 0 })
  })
  const everyTask = Array.from({ length: tasks }, (_, at) => {
    const running = at % 20 === 0
    return aTask({
      id: `t${at}`,
      state: running ? 'running' : 'pending',
      labels: { repo: `acme/app-${at % 500}`, 'org-id': '3', size: `s${at % 12}`, ...labels?.(at) },
      ...(concurrency && { concurrency: concurrency(at) }),
      ...(running ? { agentId: everyAgent[at % agents]!.id } : {}),
    })
  })
  const snapshot: Snapshot = {
    takenAt: testStartAt,
    inFlight: [],
    streamBrokeAt: undefined,
    machines: new Map(
      policies.map(({ id }) => [
        id,
        {
          ok: true,
          value: {
            readAt: testStartAt,
            reused: false,
            standing: [],
            offerings: [{ id: 'cx22', hourlyPrice: { amount: 0.01, currency: 'EUR' } }],
            machines: everyAgent
              .filter(({ name }) => name.startsWith(`pool-${id}-`))
              .map(({ name }) => aMachine({ name })),
          },
        },
      ]),
    ),
    agents: { ok: true, value: { agents: everyAgent, serverNowAt: testStartAt } },
    queue: { ok: true, value: { tasks: everyTask, paused: false, pollingSlots: Number.POSITIVE_INFINITY } },
    work: { ok: true, value: { workingAgentIds: new Set(), runningTaskIds: new Set() } },
  }
  const memory = observe(firstMemory(testStartAt - 3_600_000), snapshot, (name) => name.split('-')[1])
  const caution = {
    graceAfterRestartMs: 300_000,
    longestPipelineMs: 7_200_000,
    listLagMs: 120_000,
    poweredOffMs: 20_000,
  }
  const fleet = { ...unlimitedFleet, maxMachines: 5_000, maxHourlyCost: { amount: 50, currency: 'EUR' } }
  return {
    snapshot,
    memory,
    pools: policies,
    fleet,
    caution,
    matching,
    orders: noOrders,
    repeatable: new Set(),
  }
}
