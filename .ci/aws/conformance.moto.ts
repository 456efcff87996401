import { describeProvider } from '@woodpeckers/autoscaler-core/testing'
import { aPool } from './a-pool.ts'
import { MotoAccount, motoUrl } from './moto-account.ts'
import { MotoProxy } from './moto-proxy.ts'

for (const [title, listLagMs, options] of [
  ['aws over moto', 0, {}],
  ['aws over moto whose list is late', 2_000, {}],
  ['aws over moto, spot in several subnets', 0, { useSpotInstances: true }],
] as const) {
  describeProvider(title, {
    create: async () => {
      const account = new MotoAccount(motoUrl(), 'eu-central-1')
      const proxy = await MotoProxy.start(motoUrl())
      proxy.listLagMs = listLagMs
      const subnets = 'useSpotInstances' in options ? await account.subnets() : []
      return {
        provider: aPool({ endpoint: proxy.url, region: account.region, options: { ...options, subnets } }),
        pool: { id: '1' },
        eventually: { withinMs: 6_000, everyMs: 250 },
        cleanup: async () => {
          await proxy.close().catch(() => {})
          await account.endAll()
        },
        plantForeign: async (name) => {
          const id = await account.plant({
            Name: name,
            'wp.autoscaler/pool': name.startsWith('pool-1-') ? '1' : 'other',
          })
          return async () => (await account.there()).some((machine) => machine.id === id)
        },
        breakCloud: () => proxy.close(),
      }
    },
  })
}
