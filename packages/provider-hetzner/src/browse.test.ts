import { createShare, silentLog } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { EmulatedHetzner, hetznerFetch, seededRandom } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { call, TOKEN } from './a-project.test-setup.ts'
import { browseHetzner } from './hetzner-provider.ts'
import { accountOptions } from './options.ts'

test('a token alone is enough to see what there is', async () => {
  const clock = new ManualClock()
  const random = seededRandom(1)
  const context = {
    options: accountOptions.parse({ apiToken: TOKEN }),
    pool: { id: 'test', namePrefix: 'pool-test-agent-', labels: {} },
    log: silentLog,
    clock,
    random,
    share: createShare(),
  }
  const tables = await browseHetzner(context, call, hetznerFetch(new EmulatedHetzner({ clock, random })))
  expect(tables.map(({ title }) => title)).toEqual(['Machine types', 'Images'])
  expect(tables[0]?.rows.map(([type]) => type)).toContain('cx23')
})
