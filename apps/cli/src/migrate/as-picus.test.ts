import { expect, test, vi } from 'vitest'
import { fastClock, Site } from './a-site.test-setup.ts'

const soon = { timeout: 20_000, interval: 25 }

test('with Picus’ settings alone, run makes one server for all jobs that match, as Picus does', async () => {
  await using site = await Site.open(fastClock())
  site.order(5_000, {}, { size: 'large' }, { size: 'huge' })
  site.start([], {
    PICUS_WOODPECKER_SERVER: site.serverUrl,
    PICUS_WOODPECKER_TOKEN: site.token,
    PICUS_WOODPECKER_AGENT_ID: '1',
    PICUS_POLL_INTERVAL: '5s',
    PICUS_PROVIDER_TYPE: 'hcloud',
    PICUS_AGENT_WOODPECKER_SERVER: site.agentAddress,
    PICUS_AGENT_WOODPECKER_AGENT_SECRET: 'the-agents-own',
    PICUS_AGENT_WOODPECKER_FILTER_LABELS: 'platform=linux/amd64,backend=docker,repo=*,org-id=*,size=large',
    PICUS_AGENT_WOODPECKER_BACKEND: 'docker',
    PICUS_HCLOUD_TOKEN: 'emulated-hetzner-token',
    PICUS_HCLOUD_SERVER_TYPE: 'cx23',
    PICUS_HCLOUD_SSH_KEYS: 'admin',
    PICUS_HCLOUD_ID: 'ours',
    HCLOUD_ENDPOINT: site.cloudUrl,
  })
  const states = () =>
    [...site.server.database.pipelines.values()].flatMap(({ workflows }) =>
      workflows.map(({ state }) => state),
    )
  await vi.waitFor(() => expect(states()).toEqual(['success', 'success', 'pending']), soon)
  expect(site.cloud.books).toMatchObject([
    { name: expect.stringMatching(/^pool-ours-agent-/), type: { name: 'cx23' }, location: { name: 'nbg1' } },
  ])
  expect(site.cloud.books[0]?.userData).not.toContain('the-agents-own')
  expect((await site.stop())?.code).toBe(0)
  expect(site.out).toMatch(/^only PICUS_ variables are set: working as Picus does/m)
  expect(site.out).not.toMatch(/emulated-hetzner-token|the-agents-own/)
}, 60_000)
