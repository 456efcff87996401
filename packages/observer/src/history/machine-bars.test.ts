import { Transient } from '@woodpeckers/autoscaler-core'
import { aMachine, anAgent, aTask, testStartAt } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { aReport, type Seen } from '../a-report.test-setup.ts'
import { Site } from '../a-site.test-setup.ts'
import { usualCapacity } from '../capacity.ts'
import { MachineBars } from './machine-bars.ts'

function watching(capacity: Partial<typeof usualCapacity> = {}): {
  readonly bars: MachineBars
  readonly look: (seen: Seen) => readonly string[]
} {
  const bars = new MachineBars({ ...usualCapacity, ...capacity })
  let tick = 0
  const look = (seen: Seen) =>
    bars.onTick(aReport({ tick: ++tick, ...seen })).map(({ name, phases, toAt }) => {
      const doing = phases.at(-1)?.doing
      return `${name} ${toAt === undefined ? doing : 'ended'}`
    })
  return { bars, look }
}

const machine = aMachine()
const agent = anAgent()
const busy = aTask({ state: 'running', agentId: agent.id })

test('a bar goes from creation through boot, work and rest to its end', async () => {
  await using site = new Site()
  site.world.start()
  site.world.server.addTask({ durationMs: 60_000 })
  await site.world.minutes(20)
  const [bar, ...more] = site.observer.history().machines
  expect(more).toEqual([])
  expect(bar?.phases.map(({ doing }) => doing)).toEqual(['booting', 'idle', 'busy', 'idle', 'draining'])
  const [made] = site.world.cloud.history
  expect(bar).toMatchObject({ name: made?.name, pool: '1', offering: 'cx22:fsn1', fromAt: made?.createdAt })
  // Not when the next look missed it, but when it was ended.
  expect(bar?.toAt).toBe(made?.endedAt)
})

test('only those that do something else are told', () => {
  const { look } = watching()
  expect(look({ machines: [machine], agents: [agent] })).toEqual([`${agent.name} idle`])
  expect(look({ at: 10, machines: [machine], agents: [agent] })).toEqual([])
  expect(look({ at: 20, machines: [machine], agents: [agent], tasks: [busy] })).toEqual([
    `${agent.name} busy`,
  ])
  expect(look({ at: 30 })).toEqual([`${agent.name} ended`])
  expect(look({ at: 40 })).toEqual([])
})

test('what cannot be read is as it was', () => {
  const { bars, look } = watching()
  look({ machines: [machine], agents: [agent], tasks: [busy] })
  const away = new Transient('away')
  expect(look({ at: 10, machines: away, agents: [agent] })).toEqual([])
  expect(look({ at: 20, machines: [machine], agents: away })).toEqual([])
  expect(look({ at: 30, machines: [machine], agents: [agent], tasks: away })).toEqual([])
  expect(bars.bar(agent.name)?.toAt).toBeUndefined()
})

test('a machine that a late list did not show for a while goes on with its bar', () => {
  const { bars, look } = watching()
  look({ machines: [machine], agents: [agent] })
  look({ at: 10 })
  expect(bars.bar(agent.name)?.toAt).toBe(testStartAt + 10_000)
  look({ at: 20, machines: [machine], agents: [agent] })
  expect(bars.all()).toHaveLength(1)
  expect(bars.bar(agent.name)?.toAt).toBeUndefined()
})

test('a bar ends with its machine, and not with its record', async () => {
  await using site = new Site({ cloud: { bootDelayMs: 3_600_000 } })
  site.world.start()
  site.world.server.addTask()
  await site.world.seconds(15)
  const name = site.world.cloud.machines[0]!.name
  site.world.cloud.vanish(name)
  while (site.observer.machine(name).machine?.state !== 'zombie') await site.world.seconds(5)
  expect(site.observer.machine(name).bar).toMatchObject({ toAt: expect.any(Number) })
})

test('of those that have ended the latest are kept, and none for longer than the history', () => {
  const { bars, look } = watching({ endedMachines: 2, historyMs: 60_000 })
  for (const [at, name] of ['a', 'b', 'c'].entries()) {
    look({ at: at * 10, machines: [aMachine({ name: `pool-1-agent-${name}` })] })
  }
  look({ at: 40 })
  expect(bars.all().map(({ name }) => name)).toEqual(['pool-1-agent-b', 'pool-1-agent-c'])
  look({ at: 200 })
  expect(bars.all()).toEqual([])
})

test('a machine that turns from work to rest all day has a bounded bar', () => {
  const { bars, look } = watching({ phases: 10 })
  for (let at = 0; at < 500; at++)
    look({ at: at * 10, machines: [machine], agents: [agent], tasks: at % 2 === 0 ? [busy] : [] })
  expect(bars.bar(agent.name)?.phases.length).toBeLessThanOrEqual(10)
})
