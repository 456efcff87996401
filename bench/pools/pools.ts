import { join } from 'node:path'
import { quantile, title } from '../measure.ts'
import { endProcess, startProcess } from '../own-process.ts'
import { count, mib, ms, table, times } from '../table.ts'
import type { CloudFare } from './limits-process.ts'
import type { PoolsCost } from './pools-process.ts'

const POOLS: readonly number[] = [3, 10, 30, 100]

/** Many pools, in turn at Hetzner, Timeweb and EC2, each cloud with one account for all of its pools. */
export async function benchPools(): Promise<void> {
  title('Ticks over many pools at three clouds, 5 machines each (EC2: a stand-in behind the real SDK)')
  const costs: PoolsCost[] = []
  for (const pools of POOLS) costs.push(await of<PoolsCost>('pools-process.ts', pools))
  const p50 = (at: number) => quantile(costs[at]!.tookMs, 0.5)
  table(
    ['pools', 'tick p50', 'most', 'calls', 'received', 'a pool', 'against the row above', ''],
    POOLS.map((pools, at) => [
      String(pools),
      ms(p50(at)),
      ms(quantile(costs[at]!.tookMs, 1)),
      count(costs[at]!.callsEach),
      mib(costs[at]!.bytesEach),
      ms(p50(at) / pools),
      at === 0 ? '' : `${times(pools / POOLS[at - 1]!)} pools, ${times(p50(at) / p50(at - 1))} time`,
      costs[at]!.whole ? '' : 'NOT ALL OF IT WAS READ',
    ]),
  )
  title('100 pools for five minutes with the limits that the clouds set an account (time skipped)')
  const fares = await of<readonly CloudFare[]>('limits-process.ts', 100)
  table(
    ['cloud', 'calls an hour', 'granted', 'lists fresh', 'of the tick before', 'unknown'],
    fares.map(({ name, callsAnHour, grantedAnHour, fresh, stale, unknown }) => {
      const share = (part: number) => `${((100 * part) / (fresh + stale + unknown)).toFixed(0)} %`
      return [name, count(callsAnHour), count(grantedAnHour), share(fresh), share(stale), share(unknown)]
    }),
  )
}

async function of<T>(file: string, pools: number): Promise<T> {
  const { first, child } = await startProcess<T>(join(import.meta.dirname, file), [String(pools)])
  await endProcess(child)
  return first
}
