import { expect, test, vi } from 'vitest'
import { TwoClouds } from '../fixtures/two-clouds.ts'

const SERVER = `
server:
  url: \${CI_URL}
  token: \${CI_TOKEN}
  grpcAddr: \${CI_GRPC}
interval: 5s
restartGrace: 10s
listLag: 10s
`
const AT_TIMEWEB = `
    provider: timewebcloud
    idleTimeout: 1h
    timewebcloud: { apiToken: timeweb-token, osId: ubuntu-24.04, presetId: ['\${PRESET}'], apiUrl: '\${TIMEWEB_URL}' }
`
const AT_HETZNER = `
    provider: hetznercloud
    hetznercloud: { apiToken: emulated-hetzner-token, serverType: ['cx23:fsn1'], endpoint: '\${HETZNER_URL}' }
`
const pool = (id: string, rest: string) => `  - id: ${id}${rest}`

const soon = { timeout: 30_000, interval: 50 }

test('a pool that nobody runs any more is told at the start, drained by its name, and work is waited for', async () => {
  await using site = await TwoClouds.open()
  site.write(`${SERVER}pools:\n${pool('old', AT_TIMEWEB)}`)
  site.order(2_000, {}, {})
  site.start()
  await vi.waitFor(() => expect(site.done).toBe(2), soon)
  await site.stop()
  expect(site.names.timeweb).toHaveLength(2)

  site.write(`${SERVER}pools:\n${pool('new', AT_TIMEWEB)}`)
  site.start()
  await vi.waitFor(() => expect(site.out).toContain('end them with: drain --pool old'), soon)
  site.order(90_000, {})
  await vi.waitFor(() => expect(site.server.info().running).toHaveLength(1), soon)
  await site.stop()

  site.out = ''
  const { code } = await site.command('drain', '--pool=old')
  expect(code).toBe(0)
  expect(site.out).toMatch(/nothing is left of the pool old\n$/)
  expect(site.names.timeweb).toEqual([])
  expect(site.done).toBe(3)
  expect(site.server.records.list()).toEqual([])
}, 90_000)

test.each([
  [[], /^--pool is missing; it must be the id of the pool/],
  [['--pool=a b'], /^--pool is "a b"; it must be the id/],
  [['--pool=one'], /^--pool is "one", which the config file has: take it out of the file/],
  [['--pool=old'], /^--with is missing; say at whose cloud the pool is: one, two/],
  [['--pool=old', '--with=none'], /^--with is "none"; say at whose cloud the pool is: one, two/],
])('drain %j changes nothing, and says what would be right', async (argv, message) => {
  await using site = await TwoClouds.open()
  site.write(`${SERVER}pools:\n${pool('one', AT_TIMEWEB)}${pool('two', AT_HETZNER)}`)
  const { code } = await site.command('drain', ...argv)
  expect(code).toBe(2)
  expect(site.out).toMatch(message)
})

test('one that is stopped by a signal is no success, and says what is left', async () => {
  await using site = await TwoClouds.open()
  site.write(`${SERVER}pools:\n${pool('old', AT_TIMEWEB)}`)
  site.order(120_000, {})
  site.start()
  await vi.waitFor(() => expect(site.server.info().running).toHaveLength(1), soon)
  await site.stop()
  site.write(`${SERVER}pools:\n${pool('new', AT_TIMEWEB)}`)
  site.out = ''
  site.start('drain', '--pool=old')
  await vi.waitFor(() => expect(site.out).toMatch(/"msg":"hold|"action"/), soon)
  expect(await site.stop()).toMatchObject({ code: 1 })
  expect(site.out).toMatch(
    /stopped: 1 machine of pool old left \(pool-old-agent-\w+\); run drain --pool old again to go on\n$/,
  )
}, 90_000)
