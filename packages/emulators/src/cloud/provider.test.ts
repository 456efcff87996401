import { seededRandom, Transient } from '@woodpeckers/autoscaler-core'
import { describeProvider, ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { EmulatedCloud } from './emulated-cloud.ts'
import { createEmulatedCloudProvider } from './provider.ts'

const offerings = [{ id: 'small', hourlyPrice: { amount: 0.01, currency: 'EUR' } }]

for (const listLagMs of [0, 3000]) {
  describeProvider(`the emulated cloud, whose list lags by ${listLagMs} ms,`, {
    create: () => {
      const clock = new ManualClock()
      const cloud = new EmulatedCloud({
        clock,
        random: seededRandom(1),
        offerings,
        billing: 'hour',
        bootMs: 1000,
        listLagMs,
        onBoot: () => ({ vanish() {} }),
      })
      return {
        provider: createEmulatedCloudProvider(cloud, 'pool-1-agent-'),
        pool: { id: '1' },
        clock,
        eventually: { withinMs: 5000, everyMs: 500, wait: (ms) => clock.advance(ms) },
        plantForeign: async (name) => {
          await cloud.create(name, {}, undefined, new AbortController().signal)
          return () => cloud.machines.some((machine) => machine.name === name)
        },
        breakCloud: () => cloud.breakDown(new Transient('the cloud is down')),
      }
    },
  })
}
