import { OfferingUnavailable } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { anAgent, aProject, call } from './a-project.test-setup.ts'

const MINUTE_MS = 60_000

test('offerings come in the order of the setting, at net prices with the address', async () => {
  const provider = await aProject().open()
  expect(await provider.offerings!(call)).toEqual([
    { id: 'cx23:fsn1', hourlyPrice: { amount: expect.closeTo(0.0064, 8), currency: 'EUR' } },
    { id: 'cx33:nbg1', hourlyPrice: { amount: expect.closeTo(0.0096, 8), currency: 'EUR' } },
    // Hetzner chooses the place: it may be the dearest.
    { id: 'cpx22', hourlyPrice: { amount: expect.closeTo(0.0144, 8), currency: 'EUR' } },
  ])
})

test('types without a place take that of the location setting, and ids are as good as names', async () => {
  const provider = await aProject().open({ serverType: ['1:2', 'cpx22', 'cpx22:hel1'], location: 'hel1' })
  expect((await provider.offerings!(call)).map(({ id }) => id)).toEqual(['cx23:nbg1', 'cpx22:hel1'])
})

test('without an IPv4 address it costs less', async () => {
  const provider = await aProject().open({ serverType: ['cx23:fsn1'], publicIpv4Enable: false })
  expect(await provider.offerings!(call)).toMatchObject([{ hourlyPrice: { amount: 0.0056 } }])
})

test('dearer ones than the highest price are left out, and the log says so once', async () => {
  const { open, logged } = aProject()
  const provider = await open({ maxPrice: 0.0096 })
  for (let i = 0; i < 3; i++) {
    expect((await provider.offerings!(call)).map(({ id }) => id)).toEqual(['cx23:fsn1', 'cx33:nbg1'])
  }
  expect(logged.filter((line) => line.includes('left out'))).toEqual([
    expect.stringContaining(
      'cpx22 is left out: it is 0.0144 EUR an hour, and --hetznercloud-max-price is 0.0096',
    ),
  ])
})

test('what Hetzner says is sold out is left out until it is back', async () => {
  const { clock, cloud, open } = aProject()
  const provider = await open()
  const ids = async () => (await provider.offerings!(call)).map(({ id }) => id)
  cloud.sellOut('cx23:fsn1', 'announced')
  expect(await ids()).toHaveLength(3)
  await clock.advance(MINUTE_MS)
  expect(await ids()).toEqual(['cx33:nbg1', 'cpx22'])
  cloud.restock('cx23:fsn1')
  await clock.advance(MINUTE_MS)
  expect(await ids()).toHaveLength(3)
})

test('a deprecated type is left out once it is no longer made', async () => {
  const provider = await aProject().open({ serverType: ['cx22', 'cx23:fsn1'] })
  expect((await provider.offerings!(call)).map(({ id }) => id)).toEqual(['cx23:fsn1'])
})

test('check refuses types of which none can be created any more, and bears those that are sold out', async () => {
  const withdrawn = await aProject().open({ serverType: ['cx22'] })
  await expect(withdrawn.check!(call)).rejects.toThrow(
    /^none of the machine types can be created: cx22: deprecated, and no longer made$/,
  )
  const { clock, cloud, open } = aProject()
  const provider = await open({ serverType: ['cx22', 'cx23:fsn1'] })
  cloud.sellOut('cx23:fsn1', 'announced')
  await clock.advance(MINUTE_MS)
  expect(await provider.check!(call)).toContain('cx23:fsn1 (left out: Hetzner says that it is sold out)')
})

test('a deprecated type that is still made is used, and the log says until when', async () => {
  const { open, logged } = aProject({
    serverTypes: [
      {
        name: 'cx22',
        cores: 2,
        memoryGb: 4,
        diskGb: 40,
        architecture: 'x86',
        hourlyNet: { fsn1: 0.006 },
        deprecated: { announced: '2025-12-01T00:00:00Z', unavailableAfter: '2026-03-31T23:59:59Z' },
      },
    ],
  })
  const provider = await open({ serverType: ['cx22'] })
  expect(await provider.offerings!(call)).toMatchObject([{ id: 'cx22' }])
  expect(logged.join()).toContain('cx22 is deprecated: it is made until 2026-03-31 only')
})

test('a type that is sold out without notice is told by its error, and the next is there', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  cloud.sellOut('cx23:fsn1')
  await expect(provider.deployAgent(anAgent('a', 'cx23:fsn1'), call)).rejects.toThrow(OfferingUnavailable)
  await provider.deployAgent(anAgent('a', 'cx33:nbg1'), call)
  expect(cloud.servers).toHaveLength(1)
})

test('where none is to be had nothing is asked for', async () => {
  const { cloud, open } = aProject()
  const provider = await open({ maxPrice: 0.001 })
  expect(await provider.offerings!(call)).toEqual([])
  await expect(provider.deployAgent(anAgent('a'), call)).rejects.toThrow(
    /no machine type is to be had: cx23:fsn1: it is 0.0064 EUR an hour/,
  )
  expect(cloud.books).toEqual([])
})

test('prices that cannot be read again go on to count', async () => {
  const { clock, cloud, open, within } = aProject()
  const provider = await open()
  const before = await provider.offerings!(call)
  await clock.advance(2 * MINUTE_MS)
  cloud.faults.add({ path: '/server_types', kind: 'reset', times: Infinity })
  expect(await within(MINUTE_MS, provider.offerings!(call))).toEqual(before)
})

test('the catalogue shows every type in every place, and the images', async () => {
  const provider = await aProject().open()
  const [types, images] = await provider.catalogue!(call)
  expect(types?.rows).toContainEqual([
    'cax11',
    'hel1',
    '2',
    '4 GB',
    '40 GB',
    'arm64',
    'shared',
    '0.0053',
    '0.0061',
    'yes',
  ])
  expect(types?.rows.filter(([type]) => type === 'cx22').map((row) => row.at(-1))).toEqual(
    Array(3).fill('no longer'),
  )
  expect(types?.rows.every((row) => row.length === types.columns.length)).toBe(true)
  expect(images?.rows).toContainEqual(['docker-ce', '121', 'app', 'arm64', 'Docker CE'])
})
