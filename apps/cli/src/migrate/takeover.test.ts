import { sleep } from '@woodpeckers/autoscaler-core'
import { expect, test, vi } from 'vitest'
import { fastClock, Site } from './a-site.test-setup.ts'

const soon = { timeout: 20_000, interval: 25 }

test('a running pool of the Go autoscaler is taken over live: nothing is ended, nothing doubled', async () => {
  await using site = await Site.open(fastClock())
  const env = {
    WOODPECKER_SERVER: site.serverUrl,
    WOODPECKER_TOKEN: site.token,
    WOODPECKER_GRPC_ADDR: site.agentAddress,
    WOODPECKER_POOL_ID: 'ci',
    WOODPECKER_MIN_AGENTS: '1',
    WOODPECKER_PROVIDER: 'hetznercloud',
    WOODPECKER_HETZNERCLOUD_API_TOKEN: 'emulated-hetzner-token',
    WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23:fsn1',
    WOODPECKER_HETZNERCLOUD_ENDPOINT: site.cloudUrl,
  }
  const names = ['pool-ci-agent-AbCd', 'pool-ci-agent-wxYZ']
  for (const name of names) site.plantGoAgent(name, 'ci')
  site.order(60_000, {}, {}, {})
  await vi.waitFor(() => expect(site.server.info().running).toHaveLength(3), soon)

  const migrated = await site.command(['migrate', '--out=autoscaler.yaml'], env)
  expect(migrated.code).toBe(0)
  const { out } = await site.command(['plan', '--json', '--config=autoscaler.yaml'], env)
  const { pools, actions } = JSON.parse(out)
  expect(pools[0].members.map(({ name }: { name: string }) => name).toSorted()).toEqual(names)
  expect(actions).toEqual([])

  site.start(['--config=autoscaler.yaml'], env)
  await vi.waitFor(() => expect(site.out).toContain('scaling'), soon)
  // One slot is free: the job that comes now needs no machine.
  site.order(1_000, {})
  const states = () =>
    [...site.server.database.pipelines.values()].flatMap(({ workflows }) =>
      workflows.map(({ state }) => state),
    )
  await vi.waitFor(() => expect(states()).toEqual(['success', 'success', 'success', 'success']), soon)
  await sleep(site.clock, 20_000)
  expect(site.cloud.books.map(({ name, status }) => ({ name, status }))).toEqual(
    names.map((name) => ({ name, status: 'running' })),
  )
  expect(site.server.records.list().map(({ name, no_schedule }) => ({ name, no_schedule }))).toEqual(
    names.map((name) => ({ name, no_schedule: false })),
  )
  expect((await site.stop())?.code).toBe(0)
}, 60_000)
