import { createAutoscaler, sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { Traffic } from '../traffic.ts'
import { openPools } from './pools-stand.ts'

const RUNS = 10

/** What ticks over so many pools cost; the clouds are in the same process, so their own work is in it. */
export interface PoolsCost {
  readonly tookMs: readonly number[]
  readonly callsEach: number
  readonly bytesEach: number
  readonly whole: boolean
}

const pools = Number(process.argv[2])
const traffic = new Traffic()
const stand = await openPools(pools, systemRandom, systemClock, true)
const autoscaler = createAutoscaler(stand.options)
await sleep(systemClock, 500)
let whole = true
async function look(): Promise<number> {
  const startedAt = performance.now()
  const { snapshot, plan } = await autoscaler.tick()
  const tookMs = performance.now() - startedAt
  whole &&= plan.actions.length === 0
  for (const reading of snapshot.machines.values()) {
    whole &&= reading.ok && !reading.value.reused && reading.value.machines.length === 5
  }
  return tookMs
}
for (let at = 0; at < 3; at++) await look()
traffic.reset()
const tookMs: number[] = []
for (let at = 0; at < RUNS; at++) tookMs.push(await look())
process.send?.({
  tookMs: tookMs.sort((a, b) => a - b),
  callsEach: traffic.requests / RUNS,
  bytesEach: traffic.bytesReceived / RUNS,
  whole,
} satisfies PoolsCost)
