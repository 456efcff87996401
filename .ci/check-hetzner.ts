// Holds what our provider sends, and what our emulator answers, against Hetzner's own API document:
// node .ci/check-hetzner.ts <openapi.json>
import { readFile } from 'node:fs/promises'
import { createShare, namePrefix, silentLog, systemClock } from '../packages/core/src/index.ts'
import { EmulatedHetzner, hetznerFetch } from '../packages/emulators/src/index.ts'
import { createHetznerProvider, hetznerOptions } from '../packages/provider-hetzner/src/index.ts'
import { readDifferences } from '../tools/codegen/src/read-documents.ts'
import { type Difference, type Document, ExchangeChecker } from './exchange-checker.ts'

const path = process.argv[2]
if (path === undefined) {
  console.error('usage: node .ci/check-hetzner.ts <openapi.json>')
  process.exit(2)
}
const checker = new ExchangeChecker(JSON.parse(await readFile(path, 'utf8')) as Document)
const differences: Difference[] = []
let exchanges = 0

const tokens = (['read-write', 'read'] as const).map((rights) => ({ token: rights, rights }))
const random = () => 0.5
const cloud = new EmulatedHetzner({ clock: systemClock, random, tokens, deleteMs: 0, serverLimit: 60 })
cloud.onExchange = (exchange) => {
  exchanges++
  differences.push(...checker.check(exchange))
}
const call = { signal: new AbortController().signal }
const agent = (suffix: string) => {
  const userData = '#cloud-config\n'
  return { name: `pool-ci-agent-${suffix}`, pool: 'ci', environment: {}, image: 'agent', userData }
}
const open = (options: object, apiToken = 'read-write') =>
  createHetznerProvider(
    {
      options: hetznerOptions.parse({ apiToken, serverType: ['cx23:fsn1', 'cpx22'], ...options }),
      pool: { id: 'ci', namePrefix: namePrefix('ci'), labels: {} },
      log: silentLog,
      clock: systemClock,
      random,
      share: createShare(),
    },
    hetznerFetch(cloud),
  )
const refused = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('it should have been refused')),
    () => {},
  )

// Everything that the provider can send.
const plain = await open({})
const full = await open({
  image: 'docker-ce',
  sshKeys: ['admin'],
  labels: { team: 'build' },
  networks: ['ci'],
  firewalls: ['no-way-in'],
  placementGroup: 'apart',
  publicIpv4Enable: false,
})
const reader = await open({}, 'read')
await plain.deployAgent(agent('a'), call)
await plain.deployAgent({ ...agent('b'), offering: 'cpx22' }, call)
await full.deployAgent(agent('c'), call)
await full.check?.(call)
await full.catalogue?.(call)
for (let i = 0; i < 50; i++) cloud.plant(`pool-ci-agent-n${i}`, { 'wp.autoscaler/pool': 'ci' })
await plain.listDeployedAgents?.(call)
cloud.plant('pool-ci-agent-foreign')
await plain.removeAgent('pool-ci-agent-a', call)
cloud.vanish('pool-ci-agent-b')
await plain.removeAgent('pool-ci-agent-b', call)
cloud.protect('pool-ci-agent-c')
// Everything that the emulator can refuse.
await refused(full.removeAgent('pool-ci-agent-c', call))
await refused(plain.deployAgent(agent('foreign'), call))
await refused(plain.deployAgent({ ...agent('d'), userData: 'x'.repeat(40_000) }, call))
await refused(reader.check!(call))
await refused(open({ apiToken: 'nobodys' }))
cloud.sellOut('cx23:fsn1')
await refused(plain.deployAgent({ ...agent('e'), offering: 'cx23:fsn1' }, call))
cloud.serverLimit = 1
await refused(plain.deployAgent(agent('f'), call))
cloud.rateLimit.throttle(1_000)
await refused(plain.listDeployedAgents!(call))

const known = readDifferences(await readFile(new URL('hetzner-differences.yaml', import.meta.url), 'utf8'))
const unknown = new Map(
  differences.filter(({ at }) => !known.some((each) => each.at === at)).map((each) => [each.at, each.what]),
)
const unused = known.filter(({ at }) => !differences.some((each) => each.at === at))
for (const [at, what] of unknown) console.error(`differs: ${at}: ${what}`)
for (const { at } of unused) console.error(`listed as a known difference, but there is none: ${at}`)
console.log(
  `hetzner: ${exchanges} exchanges of ${checker.seen.size} kinds held against the API document, ${known.length} known differences, ${unknown.size + unused.length} problems`,
)
process.exit(unknown.size + unused.length === 0 ? 0 : 1)
