import { createAutoscaler } from '@woodpeckers/autoscaler-core'
import {
  agentsOnMachines,
  EmulatedHetzner,
  seededRandom,
  serveHetzner,
} from '@woodpeckers/autoscaler-emulators'
import hetzner from '@woodpeckers/autoscaler-provider-hetzner'
import { title } from './measure.ts'
import { SkippingClock } from './skipping-clock.ts'
import { openStand } from './stand.ts'
import { count, table } from './table.ts'
import { Traffic } from './traffic.ts'
import { openProvider } from './wiring.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Before the count begins: machines have come, and jobs end as often as they begin. */
const RUN_UP_MS = 20 * MINUTE_MS

interface Hour {
  readonly name: string
  /** Agents kept, work or not. */
  readonly min: number
  readonly jobs: number
}

const hours: readonly Hour[] = [
  { name: 'quiet', min: 0, jobs: 0 },
  { name: 'quiet, 100 agents', min: 100, jobs: 0 },
  { name: '60 jobs', min: 0, jobs: 60 },
  { name: '600 jobs', min: 0, jobs: 600 },
]

/** What the engine asks of the server and of the cloud in an hour; the agents' own calls are not counted. */
export async function benchHours(): Promise<void> {
  title('Calls in an hour, one pool at Hetzner, jobs of 1 to 5 minutes (time skipped, HTTP real)')
  const counted: ReadonlyMap<string, number>[] = []
  for (const hour of hours) counted.push(await callsOf(hour))
  const endpoints = [...new Set(counted.flatMap((calls) => [...calls.keys()]))].sort()
  const sum = (calls: ReadonlyMap<string, number>, where: string) =>
    calls.entries().reduce((total, [name, each]) => total + (name.startsWith(where) ? each : 0), 0)
  const perJob = (total: (at: number) => number) =>
    hours.flatMap(({ jobs }, at) => (jobs === 0 ? [] : [(total(at) / jobs).toFixed(1)]))
  const row = (name: string, total: (at: number) => number) => [
    name,
    ...hours.map((_, at) => count(total(at))),
    ...perJob(total),
  ]
  table(
    [
      '',
      ...hours.map(({ name }) => name),
      ...hours.flatMap(({ jobs }) => (jobs > 0 ? [`a job of ${jobs}`] : [])),
    ],
    [
      ...endpoints.map((endpoint) => row(endpoint, (at) => counted[at]?.get(endpoint) ?? 0)),
      ...['Woodpecker', 'Hetzner'].map((where) => row(`${where}, all`, (at) => sum(counted[at]!, where))),
    ],
  )
}

async function callsOf({ min, jobs }: Hour): Promise<ReadonlyMap<string, number>> {
  const traffic = new Traffic()
  const clock = new SkippingClock(() => traffic.underWay)
  const random = seededRandom(1)
  const { server, served, options, close } = await openStand(clock, random)
  const link = (token: string) => server.link(token)
  const cloud = new EmulatedHetzner({ clock, random, onBoot: agentsOnMachines({ clock, random, link }) })
  const servedCloud = await serveHetzner(cloud)
  const settings = { apiToken: 'emulated-hetzner-token', serverType: ['cx23:fsn1'], sshKeys: ['admin'] }
  const provider = await openProvider(hetzner, { ...settings, endpoint: servedCloud.url }, 'bench', {
    clock,
    random,
  })
  const autoscaler = createAutoscaler(options([{ id: 'bench', provider, min, max: 100 }]))
  const stop = new AbortController()
  const running = autoscaler.run(stop.signal)
  const orderNext = () => {
    server.createPipeline({
      repo: 'acme/app',
      workflows: [{ durationMs: MINUTE_MS * (1 + 4 * random()) }],
    })
    clock.startTimer(2 * random() * (HOUR_MS / jobs), orderNext)
  }
  if (jobs > 0) orderNext()
  await clock.skip(RUN_UP_MS)
  traffic.reset()
  await clock.skip(HOUR_MS)
  const calls = new Map(
    [...traffic.calls].map(([name, each]) => {
      const short = name
        .replace(/^(\S+) (.*)$/, '$2 $1')
        .replace(served.url, 'Woodpecker ')
        .replace(servedCloud.url, 'Hetzner ')
      const [where, path, method] = short.split(' ')
      return [`${where} ${method} ${path}`, each] as const
    }),
  )
  stop.abort()
  await clock.skip(MINUTE_MS)
  await running
  await provider.close?.()
  await servedCloud.close()
  await close()
  traffic.close()
  return calls
}
