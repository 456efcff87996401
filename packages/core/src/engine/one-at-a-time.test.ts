import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

test('two records too many of one name are deleted one after the other', async () => {
  const world = new FakeWorld({ pool: { min: 1 }, server: { events: false } })
  world.start()
  await world.minutes(2)
  const [machine] = world.cloud.machines
  const name = machine?.name ?? ''
  // As lost answers to creations leave them.
  for (let twin = 0; twin < 2; twin++) world.server.makeRecord(name)
  const deleteAgent = world.server.deleteAgent.bind(world.server)
  let underWay = 0
  let most = 0
  world.server.deleteAgent = async (agent, call) => {
    most = Math.max(most, ++underWay)
    const deletion = await deleteAgent(agent, call)
    underWay--
    return deletion
  }
  world.server.slowDown('deleteAgent', 3_000)
  await world.minutes(4)
  expect(world.deeds.filter((deed) => deed === 'forget twin')).toHaveLength(2)
  expect(most).toBe(1)
  expect(world.server.agents.map((agent) => agent.name)).toEqual([name])
  expect(world.cloud.machines.map((each) => each.name)).toEqual([name])
  await world.stop()
})
