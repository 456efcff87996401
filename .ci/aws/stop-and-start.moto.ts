import { systemClock } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { Site, until } from './a-site.ts'

const MINUTE_MS = 60_000

test('a machine is stopped, and started again for the next task, which then starts sooner', async () => {
  const site = await Site.open('ap-northeast-1')
  const runTask = async (done: number): Promise<number> => {
    const orderedAt = systemClock.now()
    site.order(1, 1_000)
    await until(`task ${done} is done`, async () => (await site.done()) === done, 2 * MINUTE_MS)
    return systemClock.now() - orderedAt
  }
  const states = async () => (await site.account.machines()).map(({ state }) => state)
  try {
    site.start(['--stopped-max=1', '--stopped-for=20s'])
    const firstMs = await runTask(1)
    await until('it is stopped', async () => (await states()).join() === 'stopped', 2 * MINUTE_MS)
    const secondMs = await runTask(2)
    expect(await states()).toHaveLength(1)
    expect(secondMs).toBeLessThan(firstMs)
    await until(
      'it is ended after its time',
      async () => (await states()).join() === 'terminated',
      3 * MINUTE_MS,
    )
    await until('its record is gone', async () => (await site.records()) === 0, MINUTE_MS)
  } catch (error) {
    console.error(site.log.slice(-60).join('\n'))
    throw error
  } finally {
    await site.close()
  }
})
