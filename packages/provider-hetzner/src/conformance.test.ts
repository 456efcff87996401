import { createShare, namePrefix, silentLog, systemClock } from '@woodpeckers/autoscaler-core'
import { describeProvider } from '@woodpeckers/autoscaler-core/testing'
import { EmulatedHetzner, seededRandom, serveHetzner } from '@woodpeckers/autoscaler-emulators'
import { TOKEN } from './a-project.test-setup.ts'
import hetznerProvider from './index.ts'
import { POOL_LABEL } from './labels.ts'

/** Lists are late; what is deleted is gone at once, as its name can be given again only then. */
const settings = { deleteMs: 0, listLagMs: 30 }

describeProvider('hetznercloud', {
  create: async () => {
    const random = seededRandom(1)
    const cloud = new EmulatedHetzner({ clock: systemClock, random, ...settings })
    const served = await serveHetzner(cloud)
    const pool = 'test'
    const provider = await hetznerProvider.create({
      options: hetznerProvider.options.parse({
        apiToken: TOKEN,
        serverType: ['cx23:fsn1', 'cx33'],
        endpoint: served.url,
      }),
      pool: { id: pool, namePrefix: namePrefix(pool), labels: {} },
      log: silentLog,
      clock: systemClock,
      random,
      share: createShare(),
    })
    return {
      provider,
      pool: { id: pool },
      cleanup: served.close,
      plantForeign: async (name) => {
        // As bad as it gets: it carries our mark.
        const { id } = cloud.plant(name, { [POOL_LABEL]: pool })
        return () => cloud.find(id)?.status === 'initializing'
      },
      breakCloud: () =>
        cloud.faults.add({ path: '/', times: Infinity, kind: 'answer', status: 503, body: 'no' }),
    }
  },
})
