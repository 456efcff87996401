import { RateLimited } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { anAgent, aProject, call } from './a-project.test-setup.ts'

/** As the engine does it: so many calls at once, for each of them the offerings first. */
async function deployAll(provider: Awaited<ReturnType<ReturnType<typeof aProject>['open']>>, count: number) {
  let next = 0
  const worker = async () => {
    for (let i = next++; i < count; i = next++) {
      const [offering] = await provider.offerings!(call)
      await provider.deployAgent(anAgent(`n${i}`, offering!.id), call)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

test('50 machines are asked for within 5 s where each answer takes 50 ms', async () => {
  const { clock, cloud, open, within } = aProject({ answerMs: 50 })
  const provider = await within(5_000, open())
  const startedAt = clock.now()
  await within(5_000, deployAll(provider, 50))
  expect(cloud.servers).toHaveLength(50)
  expect(Math.max(...cloud.servers.map(({ createdAt }) => createdAt)) - startedAt).toBeLessThan(1_000)
  expect(cloud.rateLimit.exceeded).toBe(0)
})

test('when others have used the project’s requests up, ours wait instead of failing', async () => {
  const { cloud, open, within } = aProject()
  const provider = await open()
  cloud.rateLimit.use(3_590)
  await provider.listDeployedAgents!(call)
  await within(120_000, deployAll(provider, 50))
  expect(cloud.servers).toHaveLength(50)
  expect(cloud.rateLimit.exceeded).toBe(0)
})

test('what is left is known, with what others have used', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  cloud.rateLimit.use(3_000)
  await provider.listDeployedAgents!(call)
  expect(provider.requestsLeft!()).toBeGreaterThan(500)
  expect(provider.requestsLeft!()).toBeLessThanOrEqual(600)
})

test('pools of one token share its limit', async () => {
  const { cloud, open, within } = aProject({ rateLimit: { burst: 20, perSecond: 1 } })
  const [one, two] = [await open({}, 'one'), await open({}, 'two')]
  const lists = Array.from({ length: 40 }, (_, i) => (i % 2 ? one : two).listDeployedAgents!(call))
  await within(60_000, Promise.all(lists))
  expect(cloud.rateLimit.exceeded).toBe(0)
})

test('after a 429 nothing is sent for a while', async () => {
  const { clock, cloud, open, within } = aProject()
  const provider = await open()
  cloud.rateLimit.throttle(60_000)
  const list = () => provider.listDeployedAgents!(call)
  await expect(list()).rejects.toThrow(RateLimited)
  const later = Array.from({ length: 50 }, () => list().catch((error: unknown) => error))
  await clock.advance(59_000)
  expect(cloud.rateLimit.exceeded).toBeLessThan(30)
  await within(600_000, Promise.all(later))
  expect(await list()).toEqual([])
})
