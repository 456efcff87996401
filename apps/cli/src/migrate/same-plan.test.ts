import { expect, test } from 'vitest'
import { Site, stillClock } from './a-site.test-setup.ts'

interface PlanJson {
  readonly actions: readonly { readonly kind: string; readonly because: string }[]
  readonly pools: readonly { readonly id: string; readonly min: number; readonly max: number }[]
}

/** The environment of a service, as a Compose file passes it on. */
function environmentOf(compose: string): Record<string, string> {
  const lines = compose.matchAll(/^ {6}(?:- )?"?([A-Z_]+)(?:=|: )(.*?)"?$/gm)
  return Object.fromEntries([...lines].map(([, name, value]) => [name!, value!.replaceAll(/^"|"$/g, '')]))
}

/** What `plan` decides with the environment alone, and what with the file that `migrate` makes of the Compose file. */
async function bothPlans(site: Site, compose: string) {
  const env = environmentOf(compose)
  site.write('docker-compose.yml', compose)
  const migrated = await site.command(
    ['migrate', '--env-file=docker-compose.yml', '--out=autoscaler.yaml'],
    {},
  )
  expect(migrated).toMatchObject({ code: 0, out: '' })
  const [before, after] = [
    await site.command(['plan', '--json'], env),
    await site.command(['plan', '--json', '--config=autoscaler.yaml'], env),
  ]
  // The emulated server is at an address of this computer, which machines elsewhere could not reach.
  const problems = after.err
    .split('\n')
    .filter((line) => line !== '' && !line.includes('server.grpcAddr is "127.'))
  expect({ before: before.code, after: after.code, problems }).toEqual({ before: 0, after: 0, problems: [] })
  return {
    before: JSON.parse(before.out) as PlanJson,
    after: JSON.parse(after.out) as PlanJson,
    told: before.err,
    differs: migrated.err,
  }
}

test('plan decides the same for a Picus docker-compose, and for the file that migrate writes', async () => {
  await using site = await Site.open(stillClock)
  site.order(60_000, {}, { size: 'large' }, { size: 'huge' })
  const compose = `
services:
  woodpecker-server:
    image: woodpeckerci/woodpecker-server:v3
  picus:
    image: ghcr.io/windsource/picus:latest
    restart: always
    environment:
      - PICUS_WOODPECKER_SERVER=${site.serverUrl}
      - PICUS_WOODPECKER_TOKEN=${site.token}
      - PICUS_WOODPECKER_AGENT_ID=1
      - PICUS_AGENT_WOODPECKER_SERVER=${site.agentAddress}
      - PICUS_AGENT_WOODPECKER_AGENT_SECRET=the-agents-own
      - PICUS_AGENT_WOODPECKER_FILTER_LABELS=platform=linux/amd64,backend=docker,repo=*,org-id=*,size=large
      - PICUS_AGENT_WOODPECKER_BACKEND=docker
      - PICUS_PROVIDER_TYPE=hcloud
      - PICUS_HCLOUD_TOKEN=emulated-hetzner-token
      - PICUS_HCLOUD_SERVER_TYPE=cx23
      - PICUS_HCLOUD_LOCATION=nbg1
      - PICUS_HCLOUD_SSH_KEYS=admin
      - PICUS_HCLOUD_ID=my-woodpecker
      - HCLOUD_ENDPOINT=${site.cloudUrl}
`
  const { before, after, told } = await bothPlans(site, compose)
  expect(after).toEqual(before)
  expect(before.pools).toMatchObject([{ id: 'my-woodpecker', min: 0, max: 1 }])
  // One server for two jobs, as Picus has it.
  expect(before.actions).toMatchObject([{ kind: 'launch', because: 'demand' }])
  expect(told).toMatch(/^only PICUS_ variables are set: working as Picus does;[^\n]*\n/)
})

test('plan decides the same for a Go autoscaler’s docker-compose, and for the file that migrate writes', async () => {
  await using site = await Site.open(stillClock)
  site.order(60_000, {}, {}, {}, { gpu: 'yes' })
  const compose = `
services:
  autoscaler:
    image: woodpeckerci/autoscaler:next
    environment:
      WOODPECKER_SERVER: ${site.serverUrl}
      WOODPECKER_TOKEN: ${site.token}
      WOODPECKER_GRPC_ADDR: ${site.agentAddress}
      WOODPECKER_GRPC_SECURE: "false"
      WOODPECKER_MAX_AGENTS: 5
      WOODPECKER_PROVIDER: hetznercloud
      WOODPECKER_HETZNERCLOUD_API_TOKEN: emulated-hetzner-token
      WOODPECKER_HETZNERCLOUD_SERVER_TYPE: cx23:fsn1,cpx22
      WOODPECKER_HETZNERCLOUD_ENDPOINT: ${site.cloudUrl}
`
  const { before, after } = await bothPlans(site, compose)
  expect(after).toEqual(before)
  expect(before.pools).toMatchObject([{ id: '1', min: 1, max: 5 }])
  // Three jobs that match, two at a time on each machine: defaults that a file does not have.
  expect(before.actions).toMatchObject([{ kind: 'launch' }, { kind: 'launch' }])
})
