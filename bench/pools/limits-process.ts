import { createAutoscaler } from '@woodpeckers/autoscaler-core'
import { seededRandom } from '@woodpeckers/autoscaler-emulators'
import { SkippingClock } from '../skipping-clock.ts'
import { Traffic } from '../traffic.ts'
import { openPools, type PoolsStand } from './pools-stand.ts'

const MINUTES = 5

/** How one cloud's pools fare when every limit is the real one. */
export interface CloudFare {
  readonly name: string
  readonly callsAnHour: number
  readonly grantedAnHour: number
  /** Readings of pools' machines, in all ticks. */
  readonly fresh: number
  readonly stale: number
  readonly unknown: number
}

const pools = Number(process.argv[2])
const traffic = new Traffic()
const clock = new SkippingClock(() => traffic.underWay)
let stand: PoolsStand | undefined
const opening = openPools(pools, seededRandom(1), clock).then((opened) => {
  stand = opened
})
// The clouds' limits hold here too: time must pass while the pools ask what their settings stand for.
while (!stand) await clock.skip(1_000)
await opening
const { clouds, options, cloudOf } = stand
const readings = new Map(clouds.map(({ name }) => [name, { fresh: 0, stale: 0, unknown: 0 }]))
const autoscaler = createAutoscaler({
  ...options,
  onTick: ({ snapshot }) => {
    for (const [pool, reading] of snapshot.machines) {
      const of = readings.get(cloudOf(pool))!
      if (!reading.ok) of.unknown++
      else if (reading.value.reused) of.stale++
      else of.fresh++
    }
  },
})
const stop = new AbortController()
const running = autoscaler.run(stop.signal)
await clock.skip(60_000)
traffic.reset()
for (const of of readings.values()) Object.assign(of, { fresh: 0, stale: 0, unknown: 0 })
await clock.skip(MINUTES * 60_000)
process.send?.(
  clouds.map(({ name, origin, callsAnHour: grantedAnHour }): CloudFare => {
    const its = traffic.calls.entries().filter(([call]) => call.includes(`${origin}/`))
    const calls = its.reduce((sum, [, each]) => sum + each, 0)
    return { name, callsAnHour: (calls * 60) / MINUTES, grantedAnHour, ...readings.get(name)! }
  }),
)
stop.abort()
running.catch(() => {})
