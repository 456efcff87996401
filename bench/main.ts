import { benchBurst } from './burst.ts'
import { benchClouds } from './clouds.ts'
import { benchEndings } from './endings.ts'
import { benchHours } from './hours.ts'
import { benchProcess } from './idle-process.ts'
import { benchLoad } from './load/load.ts'
import { benchObserving } from './observing.ts'
import { benchPaidHours } from './paid-hours.ts'
import { benchPlanning } from './planning.ts'
import { benchPools } from './pools/pools.ts'
import { benchProviders } from './providers.ts'
import { benchTicks } from './ticks.ts'
import { benchWakeUps } from './wake-ups.ts'
import { benchWeek } from './week.ts'

// `pnpm bench` runs all of it; `pnpm bench planning ticks` some.
const benches: Readonly<Record<string, () => void | Promise<void>>> = {
  planning: benchPlanning,
  observing: benchObserving,
  burst: benchBurst,
  'wake-ups': benchWakeUps,
  endings: benchEndings,
  ticks: benchTicks,
  load: benchLoad,
  pools: benchPools,
  week: benchWeek,
  'paid-hours': benchPaidHours,
  hours: benchHours,
  process: benchProcess,
  clouds: benchClouds,
  providers: benchProviders,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in benches))
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}: ${Object.keys(benches).join(', ')}`)
for (const [name, bench] of Object.entries(benches))
  if (asked.length === 0 || asked.includes(name)) await bench()
