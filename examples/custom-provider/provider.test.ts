import { createShare, namePrefix, silentLog, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { describeProvider } from '@woodpeckers/autoscaler-core/testing'
import { expect, it } from 'vitest'
import tinycloud from './provider.ts'
import { startTinycloud } from './tinycloud.ts'

const TOKEN = 'token-of-the-test'
const pool = { id: 'test', namePrefix: namePrefix('test'), labels: {} }

function open(options: object) {
  const context = { pool, log: silentLog, clock: systemClock, random: systemRandom, share: createShare() }
  return tinycloud.create({ ...context, options: tinycloud.options.parse(options) })
}

// All that every provider must hold: see the list of tests when it runs.
describeProvider('tinycloud', {
  create: async () => {
    const cloud = await startTinycloud(TOKEN)
    return {
      provider: await open({ token: TOKEN, url: cloud.url }),
      pool,
      cleanup: cloud.close,
      breakCloud: cloud.close,
      plantForeign: async (name) => {
        cloud.servers.set(name, '2026-01-01T00:00:00Z')
        return () => cloud.servers.has(name)
      },
    }
  },
})

// What is this provider's own.
it('says that the token is wrong', async () => {
  const cloud = await startTinycloud(TOKEN)
  const provider = await open({ token: 'another', url: cloud.url })
  const listing = provider.listDeployedAgentNames({ signal: new AbortController().signal })
  await expect(listing).rejects.toMatchObject({ kind: 'auth' })
  await cloud.close()
})
