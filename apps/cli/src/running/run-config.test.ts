import { Transient } from '@woodpeckers/autoscaler-core'
import { expect, test, vi } from 'vitest'
import { TwoClouds } from '../fixtures/two-clouds.ts'

const SERVER = `
server:
  url: \${CI_URL}
  token: \${CI_TOKEN}
  grpcAddr: \${CI_GRPC}
listLag: 10s
defaults:
  idleTimeout: 1h
`
const LARGE = `
  - id: large
    provider: hetznercloud
    labels: { size: large }
    hetznercloud: { apiToken: emulated-hetzner-token, serverType: ['cx23:fsn1'], endpoint: '\${HETZNER_URL}' }
`
const SMALL = `
  - id: small
    provider: timewebcloud
    labels: { size: small }
    timewebcloud: { apiToken: timeweb-token, osId: ubuntu-24.04, presetId: ['\${PRESET}'], apiUrl: '\${TIMEWEB_URL}' }
`
const BOTH = `${SERVER}pools:${LARGE}${SMALL}`

const soon = { timeout: 30_000, interval: 50 }

test('plan and doctor look at all pools of the file, and change nothing', async () => {
  await using site = await TwoClouds.open()
  site.write(BOTH)
  site.order(1_000, { size: 'small' }, { size: 'large' }, { size: 'huge' })
  const { code } = await site.command('plan', '--json')
  const { pools, actions, unmatched } = JSON.parse(site.out)
  expect(code).toBe(0)
  expect(pools.map(({ id }: { id: string }) => id)).toEqual(['large', 'small'])
  expect(actions.map(({ kind, pool }: { kind: string; pool: string }) => `${kind} ${pool}`)).toEqual(
    expect.arrayContaining(['launch large', 'launch small']),
  )
  expect(actions).toHaveLength(2)
  expect(unmatched).toHaveLength(1)
  site.out = ''
  await site.command('doctor')
  expect(site.out).toMatch(/provider hetznercloud of pool large/)
  expect(site.out).toMatch(/provider timewebcloud of pool small/)
  expect(site.names).toEqual({ hetzner: [], timeweb: [] })
}, 60_000)

test('two pools in two clouds run in one process; the file changes under it', async () => {
  await using site = await TwoClouds.open()
  site.write(BOTH)
  site.order(10_000, { size: 'small' }, { size: 'large' })
  site.start()
  await vi.waitFor(() => expect(site.done).toBe(2), soon)
  expect(site.names).toEqual({
    hetzner: [expect.stringMatching(/^pool-large-agent-/)],
    timeweb: [expect.stringMatching(/^pool-small-agent-/)],
  })

  // A broken file changes nothing that runs.
  site.write(`${BOTH}    maxx: 3\n`)
  await vi.waitFor(() => expect(site.out).toContain('is not taken'), soon)
  expect(site.out).toMatch(
    /the changed config file is not taken, all goes on as before: autoscaler\.yaml:\d+:5: pools\[1\]\.maxx is not known; did you mean max\?/,
  )
  site.order(10_000, { size: 'small' }, { size: 'large' })
  await vi.waitFor(() => expect(site.done).toBe(4), soon)
  const before = site.names

  // A pool that is taken out is drained, then forgotten; the other one stays as it is.
  site.order(60_000, { size: 'small' })
  await vi.waitFor(() => expect(site.server.info().running).toHaveLength(1), soon)
  site.write(`${SERVER}pools:${LARGE}`)
  site.hangUp()
  await vi.waitFor(() => expect(site.out).toContain('took the changed config file: leaving: small'), soon)
  await vi.waitFor(() => expect(site.names.timeweb).toEqual([]), soon)
  expect(site.done).toBe(5)
  await vi.waitFor(() => expect(site.out).toContain('nothing is left of the pool'), soon)
  expect(site.names.hetzner).toEqual(before.hetzner)

  // It comes back.
  site.write(BOTH)
  await vi.waitFor(() => expect(site.out).toContain('took the changed config file: new: small'), soon)
  site.order(1_000, { size: 'small' })
  await vi.waitFor(() => expect(site.done).toBe(6), soon)
  expect((await site.stop())?.code).toBe(0)
  expect(site.out).not.toMatch(/emulated-hetzner-token|timeweb-token|admin-token/)
}, 120_000)

test('a change that meets a cloud which is away is taken when it is back', async () => {
  let isAway = false
  let asked = 0
  await using site = await TwoClouds.open({
    createProvider: async (definition, context) => {
      asked++
      if (isAway) throw new Transient('the cloud is away')
      return definition.create(context)
    },
  })
  site.write(BOTH)
  site.order(1_000, { size: 'large' })
  site.start()
  await vi.waitFor(() => expect(site.done).toBe(1), soon)
  isAway = true
  const before = asked
  site.write(BOTH.replace('cx23:fsn1', 'cx33:fsn1').replace('listLag: 10s', 'listLag: 11s'))
  await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 1), soon)
  expect(site.out.match(/is not taken yet/g)).toHaveLength(1)
  expect(site.out).toMatch(/tried again each minute: .*the cloud is away/)
  isAway = false
  await vi.waitFor(() => expect(site.out).toContain('took the changed config file'), soon)
  expect((await site.stop())?.code).toBe(0)
}, 120_000)
