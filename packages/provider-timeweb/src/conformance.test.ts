import { createShare, namePrefix, silentLog, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { describeProvider } from '@woodpeckers/autoscaler-core/testing'
import { EmulatedTimeweb, seededRandom, serveTimeweb } from '@woodpeckers/autoscaler-emulators'
import { deployment, someOptions } from './an-account.test-setup.ts'
import { createTimewebProvider } from './timeweb-provider.ts'

describeProvider('timewebcloud, over HTTP,', {
  create: async () => {
    const cloud = new EmulatedTimeweb({
      clock: systemClock,
      random: seededRandom(1),
      edge: { perSecond: 1000, burst: 1000, banMs: 1000 },
    })
    const served = await serveTimeweb(cloud)
    const provider = await createTimewebProvider({
      // Real time passes here: the usual rate would take minutes.
      options: someOptions({ apiUrl: served.url, requestsPerSecond: 500 }),
      pool: { id: '1', namePrefix: namePrefix('1'), labels: {} },
      log: silentLog,
      clock: systemClock,
      random: systemRandom,
      share: createShare(),
    })
    return {
      provider,
      pool: { id: '1' },
      cleanup: () => served.close(),
      agent: { userData: deployment('pool-1-agent-kit').userData },
      plantForeign: async (name) => {
        const { id } = cloud.plant(name, 'somebody’s own')
        return () => cloud.find(id) !== undefined
      },
      breakCloud: () =>
        cloud.faults.add({ kind: 'answer', path: '/', status: 503, times: Number.POSITIVE_INFINITY }),
    }
  },
})
