// Holds what our provider sends, and what our emulator answers, against Timeweb's own API document:
// node .ci/check-timeweb.ts <openapi.json>
import { readFile } from 'node:fs/promises'
import { createShare, namePrefix, silentLog, systemClock } from '../packages/core/src/index.ts'
import { EmulatedTimeweb, timewebFetch } from '../packages/emulators/src/index.ts'
import { createTimewebProvider, timewebOptions } from '../packages/provider-timeweb/src/index.ts'
import { readDifferences } from '../tools/codegen/src/read-documents.ts'
import { type Difference, type Document, ExchangeChecker } from './exchange-checker.ts'

const path = process.argv[2]
if (path === undefined) {
  console.error('usage: node .ci/check-timeweb.ts <openapi.json>')
  process.exit(2)
}
const raw = JSON.parse(await readFile(path, 'utf8')) as {
  readonly paths: object
  readonly components: object
}
const checker = new ExchangeChecker({ paths: plain(raw.paths) } as Document)
const differences: Difference[] = []
let exchanges = 0

/** As JSON schema has it: references resolved, kinds of values said, `null` where it may be. */
function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain)
  if (typeof node !== 'object' || node === null) return node
  if ('$ref' in node && typeof node.$ref === 'string') return plain(referred(node.$ref))
  const { format, ...copy } = Object.fromEntries(
    Object.entries(node).map(([key, each]) => [key, plain(each)]),
  )
  if (format === 'uuid') copy['pattern'] = '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  else if (format !== undefined) copy['format'] = format
  if (copy['nullable'] === true && Array.isArray(copy['enum'])) copy['enum'] = [...copy['enum'], null]
  if (isObject(copy['properties']) && Array.isArray(copy['required'])) {
    const required = copy['required'].filter((name) => typeof name === 'string')
    copy['properties'] = { ...Object.fromEntries(required.map((name) => [name, {}])), ...copy['properties'] }
  }
  return isObject(copy['properties']) && !('type' in copy) ? { ...copy, type: 'object' } : copy
}

function referred(reference: string): unknown {
  let node: unknown = raw
  for (const part of reference.replace('#/', '').split('/')) node = isObject(node) ? node[part] : undefined
  return node
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const token = 'timeweb-token'
const tokens = [
  { token, rights: 'all', isAbleToDelete: true },
  { token: 'reader', rights: 'read', isAbleToDelete: false },
  { token: 'cannot-delete', rights: 'all', isAbleToDelete: false },
] as const
const random = () => 0.5
const edge = { perSecond: 1e6, burst: 1e6, banMs: 1 }
const cloudOf = (settings: object) => {
  const cloud = new EmulatedTimeweb({ clock: systemClock, random, tokens, edge, ...settings })
  cloud.onExchange = (exchange) => {
    exchanges++
    if (exchange.status === 401 && exchange.answer === '') {
      differences.push({ at: 'every 401 body', what: 'the document has a body' })
    } else differences.push(...checker.check(exchange))
  }
  return cloud
}
const call = { signal: new AbortController().signal }
const agent = (suffix: string) => {
  const userData = '#cloud-config\n'
  return { name: `pool-ci-agent-${suffix}`, pool: 'ci', environment: {}, image: 'agent', userData }
}
const open = (cloud: EmulatedTimeweb, options: object = {}, apiToken: string = token) =>
  createTimewebProvider(
    {
      options: timewebOptions.parse({
        apiToken,
        ...('imageId' in options ? {} : { osId: 'debian-12' }),
        ...('configuration' in options ? {} : { presetId: ['2447', '2449'] }),
        requestsPerSecond: 1e6,
        ...options,
      }),
      pool: { id: 'ci', namePrefix: namePrefix('ci'), labels: {} },
      log: silentLog,
      clock: systemClock,
      random,
      share: createShare(),
    },
    { fetch: timewebFetch(cloud), close: async () => {} },
  )
const refused = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('it should have been refused')),
    () => {},
  )

// Everything that the provider can send.
const cloud = cloudOf({})
const usual = await open(cloud)
const full = await open(cloud, {
  imageId: 'ci-golden',
  configuration: { cpu: '2', ram: '4GB', disk: '30GB' },
  availabilityZone: 'spb-3',
  sshKeyId: ['ops'],
  projectId: 'ci',
  softwareId: 'Docker',
  hostnamePrefix: 'ci-',
})
await usual.deployAgent(agent('a'), call)
await usual.deployAgent(agent('a'), call)
await usual.deployAgent({ ...agent('b'), offering: '2449' }, call)
await full.deployAgent(agent('c'), call)
await full.check?.(call)
await full.catalogue?.(call)
for (let i = 0; i < 120; i++) cloud.plant(`pool-ci-agent-n${i}`, 'wp.autoscaler/pool=ci')
await usual.listDeployedAgents?.(call)
await usual.removeAgent('pool-ci-agent-a', call)
await usual.removeAgent('pool-ci-agent-a', call)
cloud.vanish('pool-ci-agent-b')
await usual.removeAgent('pool-ci-agent-b', call)
// Everything that the emulator can refuse.
await refused(open(cloud, {}, 'nobodys'))
const reader = await open(cloud, {}, 'reader')
await refused(reader.deployAgent(agent('d'), call))
const powerless = await open(cloud, {}, 'cannot-delete')
await refused(powerless.removeAgent('pool-ci-agent-c', call))
cloud.sellOut(2447)
await refused(usual.deployAgent(agent('e'), call))
cloud.restock(2447)
cloud.serverLimit = 1
await refused(usual.deployAgent(agent('h'), call))
await usual.removeAgent('pool-ci-agent-n1', call)
// What our provider never sends: an order that is wrong throughout.
await timewebFetch(cloud)('http://timeweb.invalid/api/v1/servers', {
  method: 'POST',
  headers: { authorization: `Bearer ${token}` },
  body: JSON.stringify({ name: '' }),
  signal: call.signal,
})
cloud.throttle(1_000)
await refused(usual.listDeployedAgentNames(call))

const cautious = cloudOf({ quarantine: true, confirmation: 'sms', startMs: 60_000 })
const patient = await open(cautious, { presetId: ['2447'] })
await patient.deployAgent(agent('a'), call)
await refused((await open(cautious, {}, 'cannot-delete')).removeAgent('pool-ci-agent-a', call))
await patient.removeAgent('pool-ci-agent-a', call)

const known = readDifferences(await readFile(new URL('timeweb-differences.yaml', import.meta.url), 'utf8'))
const unknown = new Map(
  differences.filter(({ at }) => !known.some((each) => each.at === at)).map((each) => [each.at, each.what]),
)
const unused = known.filter(({ at }) => !differences.some((each) => each.at === at))
for (const [at, what] of unknown) console.error(`differs: ${at}: ${what}`)
for (const { at } of unused) console.error(`listed as a known difference, but there is none: ${at}`)
console.log(
  `timeweb: ${exchanges} exchanges of ${checker.seen.size} kinds held against the API document, ${known.length} known differences, ${unknown.size + unused.length} problems`,
)
process.exit(unknown.size + unused.length === 0 ? 0 : 1)
