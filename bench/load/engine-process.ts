import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createAutoscaler, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { heapMiB } from '../measure.ts'
import { clientOf } from '../stand.ts'
import { Traffic } from '../traffic.ts'
import { autoscalerOptions, instantCloud } from '../wiring.ts'
import { agentName, type Crowd, POOL } from './crowd.ts'
import type { ServerReady } from './server-process.ts'

/** What the ticks of one engine cost. */
export interface TickCost {
  /** In ascending order. */
  readonly tookMs: readonly number[]
  /** The very first, with nothing remembered and no code warm. */
  readonly firstMs: number
  readonly firstCalls: number
  /** Of the engine's own process, for each tick. */
  readonly cpuMs: number
  /** The longest time in which nothing else could run. */
  readonly longestStopMs: number
  readonly callsEach: number
  readonly bytesEach: number
  readonly heapMiB: number
  readonly heapGrewMiB: number
  readonly peakResidentMiB: number
  /** That everything was really read. */
  readonly whole: boolean
}

const { tasks, agents, cordoned, url, agentAddress, runs } = JSON.parse(process.argv[2] ?? '{}') as Crowd &
  ServerReady & { readonly runs: number }
const traffic = new Traffic()
const ci = clientOf({ url, agentAddress })
const names = Array.from({ length: agents }, (_, at) => agentName(at))
const autoscaler = createAutoscaler(
  autoscalerOptions({ ci, clock: systemClock, random: systemRandom }, [
    // Full, so that a tick looks at all of it and launches nothing.
    { id: POOL, provider: instantCloud({}, names), max: agents },
  ]),
)

let whole = true
async function look(): Promise<number> {
  const startedAt = performance.now()
  const { snapshot } = await autoscaler.dryRun()
  const tookMs = performance.now() - startedAt
  const { agents: read, queue, work } = snapshot
  whole &&= read.ok && read.value.agents.length === agents
  whole &&= queue.ok && queue.value.tasks.length === tasks + agents
  whole &&= cordoned === 0 || work?.ok === true
  return tookMs
}

const firstMs = await look()
const firstCalls = traffic.requests
for (let at = 0; at < 4; at++) await look()
const before = heapMiB()
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
traffic.reset()
const cpu = process.cpuUsage()
const tookMs: number[] = []
for (let at = 0; at < runs; at++) tookMs.push(await look())
const { user, system } = process.cpuUsage(cpu)
delay.disable()
const after = heapMiB()
const status = readFileSync('/proc/self/status', 'utf8')
process.send?.({
  tookMs: tookMs.sort((a, b) => a - b),
  firstMs,
  firstCalls,
  cpuMs: (user + system) / 1_000 / runs,
  longestStopMs: delay.max / 1e6,
  callsEach: traffic.requests / runs,
  bytesEach: traffic.bytesReceived / runs,
  heapMiB: after,
  heapGrewMiB: after - before,
  peakResidentMiB: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024,
  whole,
} satisfies TickCost)
await ci.close()
traffic.close()
process.disconnect()
