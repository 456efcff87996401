import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Agent } from '../model/agent.ts'
import type { Machine } from '../model/machine.ts'
import type { Task } from '../model/task.ts'
import { aMachine, anAgent, aPool, aTask, testStartAt, usualLabels } from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000
const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((suffix) => `pool-1-agent-${suffix}`)

const anyAgent = (name: string): fc.Arbitrary<Agent> =>
  fc
    .record({
      age: fc.integer({ min: 0, max: 90 }),
      contact: fc.option(fc.integer({ min: 0, max: 60 * 40 }), { nil: undefined }),
      work: fc.option(fc.integer({ min: 0, max: 60 * 40 }), { nil: undefined }),
      cordoned: fc.boolean(),
      capacity: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ age, contact, work, cordoned, capacity }) =>
      anAgent({
        name,
        createdAt: testStartAt - age * MINUTE_MS,
        lastContactAt: contact === undefined ? undefined : testStartAt - contact * 1_000,
        lastWorkAt: contact === undefined || work === undefined ? undefined : testStartAt - work * 1_000,
        cordoned,
        capacity: contact === undefined ? 0 : capacity,
        labels: contact === undefined ? undefined : usualLabels,
      }),
    )

const anyMachine = (name: string): fc.Arbitrary<Machine> =>
  fc.integer({ min: 0, max: 90 }).map((age) => aMachine({ name, createdAt: testStartAt - age * MINUTE_MS }))

const anyTask: fc.Arbitrary<Omit<Task, 'id'>> = fc
  .record({
    state: fc.constantFrom('pending', 'running', 'waiting'),
    labels: fc.constantFrom({ repo: 'a/b' }, { repo: 'c/d', platform: 'linux/arm64' }),
    agentId: fc.option(fc.constantFrom(...names.map((name) => `id-of-${name}`)), { nil: undefined }),
  })
  .map(({ state, labels, agentId }) => {
    const { id: _, ...task } = aTask({ state, labels })
    return agentId === undefined ? task : { ...task, agentId }
  })

const anyScenario: fc.Arbitrary<Scenario> = fc.record({
  agents: fc.subarray(names).chain((some) => fc.tuple(...some.map(anyAgent))),
  machines: fc.subarray(names).chain((some) => fc.tuple(...some.map(anyMachine))),
  tasks: fc
    .array(anyTask, { maxLength: 12 })
    .map((all) => all.map((task, at) => ({ ...task, id: `t${at}` }))),
  paused: fc.boolean(),
  pools: fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 3, max: 8 }))
    .map(([min, max]) => [aPool({ min, max })]),
  watchedForMs: fc.constantFrom(12_000, 4 * MINUTE_MS, 60 * MINUTE_MS),
})

/** Every list was watched for longer than lists are late, or the record is older than any machine is. */
const hasSurelyNoMachine = ({ machines, watchedForMs = 0 }: Scenario, agent: Agent): boolean => {
  if ((machines as readonly Machine[]).some(({ name }) => name === agent.name)) return false
  const lastSignAt = Math.max(agent.createdAt, agent.lastContactAt ?? 0)
  const isSilent = agent.lastContactAt === undefined || testStartAt - agent.lastContactAt > MINUTE_MS
  const isLate = watchedForMs > 2 * MINUTE_MS || testStartAt - lastSignAt > 10 * MINUTE_MS
  return isSilent && isLate
}

const known = (scenario: Scenario): number => {
  const agents = (scenario.agents as readonly Agent[]).filter((agent) => !hasSurelyNoMachine(scenario, agent))
  return new Set([...agents, ...(scenario.machines as readonly Machine[])].map(({ name }) => name)).size
}

test('what is there and what is launched never exceed the maximum together', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const launches = planFor(scenario).actions.filter(({ kind }) => kind === 'launch').length
      const max = scenario.pools![0]!.max
      expect(launches === 0 || known(scenario) + launches <= max).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test('no agent that the queue shows at work is ended, cordoned for idleness or forgotten while its machine may be there', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const working = new Set((scenario.tasks as readonly Task[]).flatMap(({ agentId }) => agentId ?? []))
      for (const action of planFor(scenario).actions) {
        if (action.kind === 'terminate' || action.kind === 'forget' || action.because === 'idle') {
          const id = 'agent' in action ? action.agent?.id : undefined
          // Only what has registered can work.
          const registered = 'agent' in action && action.agent?.lastContactAt !== undefined
          // Without its machine nothing works on.
          const agent = 'agent' in action ? action.agent : undefined
          const isGone = action.because === 'machine-gone' && agent && hasSurelyNoMachine(scenario, agent)
          expect(id !== undefined && registered && working.has(id) && !isGone).toBe(false)
        }
      }
    }),
    { numRuns: 400 },
  )
})

test('a pool never launches and cordons for idleness in one plan', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const { actions } = planFor(scenario)
      const grows = actions.some(({ kind }) => kind === 'launch' || kind === 'uncordon')
      expect(grows && actions.some(({ because }) => because === 'idle')).toBe(false)
    }),
    { numRuns: 400 },
  )
})

test('an agent is touched at most once in a plan', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const touched = steps(planFor(scenario))
        .filter((step) => !step.startsWith('launch'))
        .map((step) => step.split(' ')[1])
      expect(touched).toHaveLength(new Set(touched).size)
    }),
    { numRuns: 400 },
  )
})

test('the same snapshot gives the same plan', () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      expect(planFor(scenario)).toEqual(planFor(scenario))
    }),
    { numRuns: 100 },
  )
})
