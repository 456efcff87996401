import { type Profiler, Session } from 'node:inspector/promises'
import { aPool } from '@woodpeckers/autoscaler-core/testing'
import {
  generateTrace,
  simulateTrace,
  type Trace,
  type TraceResult,
  type TraceSettings,
} from '@woodpeckers/autoscaler-traces'
import { say, title } from './measure.ts'
import { count, table } from './table.ts'

const HOUR_MS = 3_600_000

const settings: TraceSettings = {
  pools: [
    {
      policy: aPool({ id: 'main', max: 200, idleTimeoutMs: 600_000 }),
      boot: { p50Ms: 45_000, p95Ms: 70_000 },
      hourlyPrice: { amount: 0.01, currency: 'EUR' },
    },
  ],
  intervalMs: 10_000,
  seed: 1,
}

interface Played {
  readonly name: string
  readonly seconds: number
  /** Of this process alone: what is left of it on a busy machine says little. */
  readonly cpuSeconds: number
  readonly result: TraceResult
}

/** Traces played by the real engine in virtual time, and which part of it the time is spent in. */
export async function benchWeek(): Promise<void> {
  title('Traces in virtual time (aim: a day of 10,000 jobs in under 5 s)')
  const day = generateTrace({ kind: 'bursty', jobs: 10_000, seed: 1 })
  const week = generateTrace({ kind: 'bursty', jobs: 100_000, seed: 1, days: 7 })
  const played: Played[] = []
  played.push(await play('a day of 10,000 jobs', day))
  played.push(await play('a week of 100,000 jobs', week))
  table(
    [
      '',
      'took',
      'CPU',
      'simulated for each second',
      'ticks',
      'a tick',
      'launches',
      'most machines',
      'waiting p95',
    ],
    played.map(({ name, seconds, cpuSeconds, result }) => [
      name,
      `${seconds.toFixed(1)} s`,
      `${cpuSeconds.toFixed(1)} s`,
      `${(result.endedMs / HOUR_MS / seconds).toFixed(1)} h`,
      count(result.ticks),
      `${((seconds * 1e6) / result.ticks).toFixed(0)} µs`,
      count(result.launches),
      String(result.pools[0]?.mostMachines),
      `${(result.waiting.p95Ms / 1_000).toFixed(1)} s`,
    ]),
  )
  title('Where the time of the day goes (a profile of a second run)')
  for (const [part, share] of await profile(() => simulateTrace(day, settings)))
    say(part, `${(100 * share).toFixed(0)} %`)
}

async function play(name: string, trace: Trace): Promise<Played> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  const result = await simulateTrace(trace, settings)
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - startedAt) / 1_000
  return { name, seconds, cpuSeconds: (user + system) / 1e6, result }
}

/** The share of each part of the source in the time of some work, the greatest first. */
async function profile(work: () => Promise<unknown>): Promise<readonly (readonly [string, number])[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const parts = new Map(profile.nodes.map((node) => [node.id, partOf(node)]))
  const shares = new Map<string, number>()
  const samples = profile.samples ?? []
  for (const id of samples) {
    const part = parts.get(id)!
    shares.set(part, (shares.get(part) ?? 0) + 1 / samples.length)
  }
  return [...shares].filter(([, share]) => share >= 0.005).sort((one, other) => other[1] - one[1])
}

function partOf({ callFrame: { url, functionName } }: Profiler.ProfileNode): string {
  const inPackage = /packages\/([\w-]+)\/src\/([\w-]+)/.exec(url)
  if (inPackage) return `packages/${inPackage[1]}, ${inPackage[2]}`
  if (functionName === '(garbage collector)') return 'garbage collector'
  return url.startsWith('node:') ? 'Node: promises, signals, timers' : 'built-in functions'
}
