import { describe, expect, test } from 'vitest'
import { explainTask } from '../explain/explain-task.ts'
import type { Labels } from '../model/labels.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { FakeMachine } from '../testing/fake-cloud.ts'
import { type FakePoolOptions, FakePools } from '../testing/fake-pools.ts'
import type { Registration } from '../testing/fake-server-control.ts'

const usual: Labels = { repo: '*', 'org-id': '*', platform: 'linux/amd64', backend: 'docker' }

interface Kept {
  /** What agents of the pool register with, whatever was promised; `undefined`: as promised. */
  as?: Registration | ((machine: FakeMachine) => Registration | undefined)
}

/** Pools that promise the label `pool` with their id as its value. */
function poolsThat(
  pools: Readonly<Record<string, FakePoolOptions & { readonly registers?: Kept['as'] }>>,
): FakePools {
  const world: FakePools = new FakePools(
    Object.fromEntries(
      Object.entries(pools).map(([id, { registers, ...options }]) => [
        id,
        {
          max: 1_000,
          ...options,
          machines: {
            bootDelayMs: 40_000,
            ...options.machines,
            onBoot: (machine: FakeMachine) => {
              const registration = typeof registers === 'function' ? registers(machine) : registers
              const agent = world.server.connect(machine.name, registration)
              return () => agent.kill()
            },
          },
        },
      ]),
    ),
  )
  return world
}

/** One task a minute for so long; answers how many machines there were after five minutes, and at the end. */
async function stream(
  world: FakePools,
  hours: number,
  labelsOf: (minute: number) => Labels,
): Promise<{ readonly soon: number; readonly inAll: number }> {
  const made = () => [...world.clouds.values()].reduce((sum, { history }) => sum + history.length, 0)
  let soon = 0
  world.start()
  await world.seconds(3)
  for (let minute = 0; minute < hours * 60; minute++) {
    world.server.addTask({ labels: labelsOf(minute), durationMs: 30_000 })
    await world.minutes(1)
    if (minute === 4) soon = made()
  }
  return { soon, inAll: made() }
}

const sentenceOf = (world: FakePools): string | undefined => {
  const task = world.server.tasks.findLast(({ fate }) => fate === 'open')
  return task && explainTask(task.id, world.reports.at(-1)!)?.sentence
}

const ways: readonly (readonly [string, Registration, string])[] = [
  ['lack it', { labels: usual }, 'agents of pool `gpu` register without `pool=gpu`'],
  [
    'have another value',
    { labels: { ...usual, pool: 'cpu' } },
    'agents of pool `gpu` register with `pool=cpu` instead of `pool=gpu`',
  ],
  [
    'are of another platform',
    { labels: { ...usual, pool: 'gpu', platform: 'linux/arm64' } },
    'agents of pool `gpu` register with `platform=linux/arm64` instead of `platform=linux/amd64`',
  ],
  [
    'are kept to an organisation',
    { labels: { ...usual, pool: 'gpu', 'org-id': '7' } },
    'agents of pool `gpu` register with `org-id=7` instead of `org-id=*`',
  ],
  ['have no slot', { capacity: 0 }, 'agents of pool `gpu` register with 0 slots instead of 1'],
]

const asks = { pool: 'gpu', platform: 'linux/amd64', 'org-id': '3' }

test.each(ways)(
  'a task a minute for a label of a pool whose agents %s buys few machines',
  async (_, registers, says) => {
    const world = poolsThat({ gpu: { registers } })
    const { soon, inAll } = await stream(world, 2, () => asks)
    expect(soon).toBeLessThanOrEqual(5)
    expect(inAll).toBeLessThanOrEqual(8)
    expect(sentenceOf(world)).toContain(says)
    expect(world.holds).toContain('gpu labels-differ')
    await world.stop()
  },
)

test('a task a minute for eight hours buys 20 machines at most', async () => {
  const world = poolsThat({ gpu: { registers: { labels: usual } } })
  const { soon, inAll } = await stream(world, 8, () => asks)
  expect(soon).toBeLessThanOrEqual(5)
  expect(inAll).toBeLessThanOrEqual(20)
  expect(sentenceOf(world)).toContain('register without `pool=gpu`')
  await world.stop()
}, 120_000)

test.each<[string, Partial<PoolPolicy>]>([
  ['beside agents that it keeps', { min: 2 }],
  ['beside free slots that it keeps', { buffer: { slots: 2 } }],
  ['for tasks that come next', { prewarm: true }],
  ['paid by the hour', { billing: 'hour' }],
  ['in machines for one task each', { mode: 'ephemeral' }],
])('agents that lack a promised label are few: %s', async (_, policy) => {
  const world = poolsThat({ gpu: { ...policy, registers: { labels: usual } } })
  const { soon, inAll } = await stream(world, 2, () => asks)
  expect(soon).toBeLessThanOrEqual(6)
  expect(inAll).toBeLessThanOrEqual(12)
  await world.stop()
})

describe('agents that lack a promised label', () => {
  test('buy no more for several classes of tasks together', async () => {
    const world = poolsThat({ gpu: { registers: { labels: usual } } })
    const classes: readonly Labels[] = [
      { pool: 'gpu' },
      { pool: 'gpu', platform: 'linux/amd64' },
      { pool: 'gpu', backend: 'docker' },
      { pool: 'gpu', platform: 'linux/amd64', backend: 'docker' },
    ]
    const { soon, inAll } = await stream(world, 2, (minute) => classes[minute % classes.length]!)
    expect(soon).toBeLessThanOrEqual(5)
    expect(inAll).toBeLessThanOrEqual(8)
    await world.stop()
  })

  test('cost another pool nothing, and are left for one that keeps what it promises', async () => {
    const offer = { ...usual, pool: 'gpu' }
    const world = poolsThat({ gpu: { registers: { labels: usual } }, other: {} })
    const pools = world.pools.map((pool) =>
      pool.policy.id === 'other'
        ? { ...pool, policy: { ...pool.policy, offer }, agent: { ...pool.agent, labels: { pool: 'gpu' } } }
        : pool,
    )
    await world.reconfigure(pools)
    world.start()
    await world.seconds(3)
    const all = []
    for (let minute = 0; minute < 60; minute++) {
      all.push(world.server.addTask({ labels: { pool: 'gpu' }, durationMs: 30_000 }))
      await world.minutes(1)
    }
    await world.minutes(2)
    expect(all.filter(({ fate }) => fate !== 'done')).toEqual([])
    expect(world.cloud('gpu').history.length).toBeLessThanOrEqual(3)
    await world.stop()
  })

  test('serve what their labels serve at once', async () => {
    const world = poolsThat({ gpu: { registers: { labels: usual }, idleTimeoutMs: 60_000 } })
    await stream(world, 1, () => asks)
    const before = world.cloud('gpu').history.length
    const tasks = world.server.addTasks(3, { labels: { platform: 'linux/amd64' }, durationMs: 30_000 })
    await world.minutes(2)
    expect(tasks.map(({ fate }) => fate)).toEqual(['done', 'done', 'done'])
    expect(world.cloud('gpu').history.length - before).toBeLessThanOrEqual(3)
    await world.stop()
  })

  test('are forgotten as soon as one that was tried has it', async () => {
    let isMended = false
    const world = poolsThat({ gpu: { registers: () => (isMended ? undefined : { labels: usual }) } })
    await stream(world, 1, () => asks)
    isMended = true
    await world.minutes(62)
    expect(world.server.tasks.filter(({ fate }) => fate !== 'done')).toEqual([])
    expect(world.holds).toEqual([])
    await world.stop()
  })

  test('say nothing of other settings, nor prove them', async () => {
    const world = poolsThat({ gpu: { registers: { labels: usual } } })
    await stream(world, 1, () => asks)
    const before = world.cloud('gpu').history.length
    await world.reconfigure(
      world.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, configuration: 'changed' } })),
    )
    await world.minutes(1)
    expect(world.cloud('gpu').history.length).toBeGreaterThan(before)
    await world.stop()
  })
})

describe('agents with fewer slots than promised', () => {
  test('are as many as the tasks need, and no more', async () => {
    const world = poolsThat({ gpu: { workflowsPerAgent: 4, registers: { capacity: 1 } } })
    world.start()
    await world.seconds(3)
    world.addTask('gpu', 60_000)
    await world.minutes(3)
    const tasks = world.server.addTasks(8, { labels: { pool: 'gpu' }, durationMs: 60_000 })
    await world.minutes(3)
    expect(tasks.filter(({ fate }) => fate !== 'done')).toEqual([])
    expect(world.cloud('gpu').history.length).toBeLessThanOrEqual(8)
    await world.stop()
  })
})
