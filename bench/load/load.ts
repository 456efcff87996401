import { join } from 'node:path'
import { quantile, title } from '../measure.ts'
import { endProcess, startProcess } from '../own-process.ts'
import { count, mib, ms, table, times } from '../table.ts'
import type { Crowd } from './crowd.ts'
import type { TickCost } from './engine-process.ts'
import type { ServerReady } from './server-process.ts'

const RUNS = 20
const crowds: readonly Crowd[] = [
  { tasks: 10, agents: 100, cordoned: 0 },
  { tasks: 100, agents: 100, cordoned: 0 },
  { tasks: 1_000, agents: 100, cordoned: 0 },
  { tasks: 10_000, agents: 100, cordoned: 0 },
  { tasks: 10, agents: 1_000, cordoned: 0 },
  { tasks: 10_000, agents: 1_000, cordoned: 0 },
  { tasks: 10_000, agents: 1_000, cordoned: 1 },
]

/** One tick with much to look at: what it costs, and how that grows. */
export async function benchLoad(): Promise<void> {
  title(
    'A tick over HTTP, server and engine in processes of their own, every agent at work (aim: 10,000 × 1,000 under 300 ms)',
  )
  const costs: (readonly [Crowd, TickCost])[] = []
  for (const crowd of crowds) costs.push([crowd, await costOf(crowd)])
  table(
    [
      'pending × agents',
      'tick p50',
      'p95',
      'own CPU',
      'stands still',
      'calls',
      'received',
      'heap',
      'resident ≤',
      'first tick',
      '',
    ],
    costs.map(([crowd, cost]) => [
      nameOf(crowd),
      ms(quantile(cost.tookMs, 0.5)),
      ms(quantile(cost.tookMs, 0.95)),
      ms(cost.cpuMs),
      ms(cost.longestStopMs),
      count(cost.callsEach),
      mib(cost.bytesEach),
      `${cost.heapMiB.toFixed(0)} MiB`,
      `${cost.peakResidentMiB.toFixed(0)} MiB`,
      `${ms(cost.firstMs)}, ${count(cost.firstCalls)} calls`,
      cost.whole ? '' : 'NOT ALL OF IT WAS READ',
    ]),
  )
  const p50 = (at: number) => quantile(costs[at]![1].tookMs, 0.5)
  const cpu = (at: number) => costs[at]![1].cpuMs
  console.log('')
  table(
    ['growth', 'time', 'own CPU'],
    [
      ['10 → 100 tasks', times(p50(1) / p50(0)), times(cpu(1) / cpu(0))],
      ['100 → 1,000 tasks', times(p50(2) / p50(1)), times(cpu(2) / cpu(1))],
      ['1,000 → 10,000 tasks', times(p50(3) / p50(2)), times(cpu(3) / cpu(2))],
      ['10,000 tasks, 100 → 1,000 agents', times(p50(5) / p50(3)), times(cpu(5) / cpu(3))],
    ],
  )
}

function nameOf({ tasks, agents, cordoned }: Crowd): string {
  return `${count(tasks)} × ${count(agents)}${cordoned > 0 ? `, ${cordoned} draining` : ''}`
}

async function costOf(crowd: Crowd): Promise<TickCost> {
  const here = import.meta.dirname
  const server = await startProcess<ServerReady>(join(here, 'server-process.ts'), [JSON.stringify(crowd)])
  const settings = { ...crowd, ...server.first, runs: RUNS }
  const engine = await startProcess<TickCost>(join(here, 'engine-process.ts'), [JSON.stringify(settings)])
  await endProcess(engine.child)
  await endProcess(server.child)
  return engine.first
}
