import { createShare, namePrefix, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { EmulatedTimeweb, seededRandom, serveTimeweb } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { anAccount, call, logInto, TOKEN } from './an-account.test-setup.ts'
import { timewebProvider } from './index.ts'

test('the catalogue has presets with their prices, sizes of one’s own, operating systems and zones', async () => {
  const { open, inTime } = anAccount()
  const provider = await open()
  const tables = await inTime(provider.catalogue!(call()))
  expect(tables.map(({ title }) => title.split(' (')[0])).toEqual([
    'Presets',
    'Sizes of one’s own',
    'Operating systems',
    'Zones',
  ])
  expect(tables[0]?.rows[0]).toEqual([
    '2447',
    'Cloud 30',
    'ru-1',
    '1',
    '2 GB',
    '30 GB',
    '550 RUB',
    '0.7514 RUB',
    'amd64',
  ])
  for (const { columns, rows } of tables) {
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toHaveLength(columns.length)
  }
})

test('the check tells the money, and what the API does not tell', async () => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open()
  expect(await inTime(provider.check!(call()))).toMatch(/2449; balance 5000 RUB.*is_able_to_delete/)
  expect(cloud.servers).toEqual([])
  cloud.faults.add({ kind: 'answer', path: '/finances', status: 403, body: {} })
  expect(await inTime(provider.check!(call()))).toContain('may not see the balance')
})

test('a token is enough to see the catalogue, before anything was chosen', async () => {
  const cloud = new EmulatedTimeweb({ clock: systemClock, random: seededRandom(1) })
  const served = await serveTimeweb(cloud)
  try {
    const { options, catalogue } = timewebProvider.browse!
    const context = {
      options: options.parse({ apiToken: TOKEN, apiUrl: served.url, requestsPerSecond: 100 }),
      pool: { id: '1', namePrefix: namePrefix('1'), labels: {} },
      log: logInto([]),
      clock: systemClock,
      random: systemRandom,
      share: createShare(),
    }
    expect(await catalogue(context, call())).toHaveLength(4)
  } finally {
    await served.close()
  }
})
