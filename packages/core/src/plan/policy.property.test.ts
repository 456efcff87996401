import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MADE_FROM } from '../evidence/label-differences.ts'
import type { Agent } from '../model/agent.ts'
import type { Machine } from '../model/machine.ts'
import type { Offering } from '../model/money.ts'
import type { Plan } from '../model/plan.ts'
import type { FleetPolicy, PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import {
  aBootingAgent,
  aMachine,
  anAgent,
  aPool,
  aTask,
  testStartAt,
  usualLabels,
} from '../testing/builders.ts'
import { planFor, type Scenario, steps, stepsByPool } from './scenario.ts'

const MINUTE_MS = 60_000
const ids = ['x', 'y', 'z']
const eur = (amount: number) => ({ amount, currency: 'EUR' })

const anyPool = (id: string): fc.Arbitrary<PoolPolicy> =>
  fc
    .record({
      min: fc.integer({ min: 0, max: 2 }),
      max: fc.integer({ min: 2, max: 6 }),
      workflowsPerAgent: fc.integer({ min: 1, max: 3 }),
      priority: fc.integer({ min: -1, max: 1 }),
      buffer: fc.oneof(
        fc.record({ slots: fc.integer({ min: 0, max: 3 }) }),
        fc.record({ share: fc.constantFrom(0.1, 0.5) }),
      ),
      prewarm: fc.boolean(),
      batch: fc.constantFrom(2, ...Array<number>(4).fill(Number.POSITIVE_INFINITY)),
      packing: fc.boolean(),
      maxAgeMs: fc.constantFrom(30 * MINUTE_MS, Number.POSITIVE_INFINITY),
      madeFrom: fc.constantFrom(undefined, 'new'),
      billing: fc.constantFrom('second' as const, 'hour' as const),
      mode: fc.constantFrom('reused' as const, 'reused' as const, 'ephemeral' as const),
      size: fc.constantFrom('', 'large'),
    })
    .map(({ size, ...policy }) =>
      aPool({ id, ...policy, offer: size ? { ...usualLabels, size } : usualLabels }),
    )

const anyMember = (name: string): fc.Arbitrary<readonly [Agent, Machine]> =>
  fc
    .record({
      boots: fc.boolean(),
      ageMinutes: fc.integer({ min: 1, max: 100 }),
      workedMinutesAgo: fc.integer({ min: 0, max: 60 }),
      cordoned: fc.boolean(),
      capacity: fc.integer({ min: 1, max: 3 }),
      madeFrom: fc.constantFrom('old', 'new'),
    })
    .map(({ boots, ageMinutes, workedMinutesAgo, cordoned, capacity, madeFrom }) => {
      const createdAt = testStartAt - ageMinutes * MINUTE_MS
      const agent = boots
        ? aBootingAgent({ name, createdAt: testStartAt - MINUTE_MS })
        : anAgent({
            name,
            createdAt,
            cordoned,
            capacity,
            lastWorkAt: testStartAt - workedMinutesAgo * MINUTE_MS,
            labels: { ...usualLabels, [MADE_FROM]: madeFrom },
          })
      const machineAt = boots ? testStartAt - MINUTE_MS : createdAt
      return [agent, aMachine({ name, createdAt: machineAt, hourlyPrice: eur(0.5) })] as const
    })

const anyTask: fc.Arbitrary<Omit<Task, 'id'>> = fc
  .record({
    state: fc.constantFrom('pending', 'pending', 'running', 'waiting'),
    labels: fc.constantFrom({ repo: 'a/b' }, { repo: 'c/d', size: 'large' }),
    on: fc.constantFrom(...ids.map((id) => `id-of-pool-${id}-agent-a`)),
  })
  .map(({ state, labels, on }) => {
    const { id: _, ...task } = aTask({ state, labels, dependencies: state === 'waiting' ? ['t0'] : [] })
    return state === 'running' ? { ...task, agentId: on } : task
  })

const names = ids.flatMap((id) => ['a', 'b', 'c'].map((letter) => `pool-${id}-agent-${letter}`))

interface Whole extends Scenario {
  readonly pools: readonly PoolPolicy[]
  readonly agents: readonly Agent[]
  readonly machines: readonly Machine[]
  readonly tasks: readonly Task[]
  readonly fleet: FleetPolicy
}

const anyScenario: fc.Arbitrary<Whole> = fc
  .record({
    pools: fc.tuple(...ids.map(anyPool)),
    members: fc.subarray(names).chain((some) => fc.tuple(...some.map(anyMember))),
    tasks: fc.array(anyTask, { maxLength: 14 }),
    offerings: fc.constantFrom<Record<string, readonly Offering[]>>(
      Object.fromEntries(ids.map((id, at) => [id, [{ id: 't', hourlyPrice: eur(0.5 + at) }]])),
    ),
    maxMachines: fc.constantFrom(8, Number.POSITIVE_INFINITY),
    maxHourlyCost: fc.constantFrom(undefined, eur(6)),
    watchedForMs: fc.constantFrom(12_000, 4 * MINUTE_MS, 120 * MINUTE_MS),
  })
  .map(({ members, tasks, maxMachines, maxHourlyCost, ...rest }) => ({
    ...rest,
    agents: members.map(([agent]) => agent),
    machines: members.map(([, machine]) => machine),
    tasks: tasks.map((task, at) => ({ ...task, id: `t${at}` })),
    fleet: { maxMachines, maxHourlyCost, maxSpendPerDay: undefined, maxSpendPerMonth: undefined },
  }))

const launches = ({ actions }: Plan) => actions.filter(({ kind }) => kind === 'launch')
const property = (check: (scenario: Whole, plan: Plan) => void) =>
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      check(scenario, planFor(scenario))
    }),
    { numRuns: 300 },
  )

test('no pool goes over its maximum, and all together not over that of the fleet', () => {
  property(({ pools, machines, fleet }, plan) => {
    for (const { id, max } of pools) {
      const there = machines.filter(({ name }) => name.startsWith(`pool-${id}-`)).length
      const more = launches(plan).filter(({ pool }) => pool === id).length
      expect(more === 0 || there + more <= max).toBe(true)
    }
    const more = launches(plan).length
    expect(more === 0 || machines.length + more <= fleet.maxMachines).toBe(true)
  })
})

test('no launch takes the machines over what they may cost by the hour', () => {
  property(({ machines, offerings, fleet: { maxHourlyCost } }, plan) => {
    if (!maxHourlyCost || launches(plan).length === 0) return
    const there = machines.reduce((sum, { hourlyPrice }) => sum + hourlyPrice!.amount, 0)
    const more = launches(plan).reduce((sum, { pool }) => sum + offerings![pool]![0]!.hourlyPrice!.amount, 0)
    expect(there + more).toBeLessThanOrEqual(maxHourlyCost.amount)
  })
})

test('no pool launches more than its batch', () => {
  property(({ pools }, plan) => {
    for (const { id, batch } of pools)
      expect(launches(plan).filter(({ pool }) => pool === id).length).toBeLessThanOrEqual(batch)
  })
})

/** These are about one agent, whatever else is wanted. */
const ofItsOwn = new Set(['carried-on', 'one-task', 'ending-soon'])

test('no pool launches and cordons in one plan', () => {
  property(({ pools }, { actions }) => {
    for (const { id } of pools) {
      const own = actions.filter(({ pool }) => pool === id)
      const grows = own.some(({ kind }) => kind === 'launch')
      const shrinks = own.some(({ kind, because }) => kind === 'cordon' && !ofItsOwn.has(because))
      expect(grows && shrinks).toBe(false)
    }
  })
})

/** The scenario with what the plan launches, and calls back. */
function afterDoing(scenario: Whole, plan: Plan, round: number): Whole {
  const made = launches(plan).map(({ pool }, at) => [`pool-${pool}-agent-new${round}x${at}`, pool] as const)
  const calledBack = new Set(
    plan.actions.flatMap((action) => (action.kind === 'uncordon' ? [action.agent.name] : [])),
  )
  const createdAt = testStartAt - 1_000
  const priceIn = (pool: string) => scenario.offerings![pool]![0]!.hourlyPrice!
  return {
    ...scenario,
    agents: [
      ...scenario.agents.map((agent) => (calledBack.has(agent.name) ? { ...agent, cordoned: false } : agent)),
      ...made.map(([name]) => aBootingAgent({ name, createdAt })),
    ],
    machines: [
      ...scenario.machines,
      ...made.map(([name, pool]) => aMachine({ name, createdAt, hourlyPrice: priceIn(pool) })),
    ],
  }
}

test('when the queue stands still, the plan settles after a few looks', () => {
  property((scenario, plan) => {
    // With a batch it takes as many looks as it takes; an agent that was free for long may be deaf.
    if (scenario.watchedForMs !== 12_000 || scenario.pools.some(({ batch }) => Number.isFinite(batch))) return
    let [now, next] = [scenario, plan]
    for (let round = 1; round <= 4 && launches(next).length > 0; round++) {
      now = afterDoing(now, next, round)
      next = planFor(now)
    }
    expect(launches(next)).toEqual([])
  })
})

test('the same snapshot gives the same plan', () => {
  property((scenario, plan) => expect(planFor(scenario)).toEqual(plan))
})

test('the order of agents, machines and pools changes nothing', () => {
  property((scenario, plan) => {
    const turned = {
      ...scenario,
      pools: scenario.pools.toReversed(),
      agents: scenario.agents.toReversed(),
      machines: scenario.machines.toReversed(),
    }
    expect(stepsByPool(planFor(turned)).toSorted()).toEqual(stepsByPool(plan).toSorted())
  })
})

test('nothing is done to an agent twice', () => {
  property((_, plan) => {
    const touched = steps(plan)
      .filter((step) => !step.startsWith('launch'))
      .map((step) => step.split(' ')[1])
    expect(touched).toHaveLength(new Set(touched).size)
  })
})
