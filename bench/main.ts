import { benchClouds, benchProviders } from './clouds.ts'
import { benchBurst, benchTicks, benchWakeUps } from './engine.ts'
import { benchProcess } from './idle-process.ts'
import { benchPlanning } from './planning.ts'

// `pnpm bench` runs all of it; `pnpm bench planning ticks` some.
const benches: Readonly<Record<string, () => void | Promise<void>>> = {
  planning: benchPlanning,
  burst: benchBurst,
  'wake-ups': benchWakeUps,
  ticks: benchTicks,
  process: benchProcess,
  clouds: benchClouds,
  providers: benchProviders,
}

const asked = process.argv.slice(2)
for (const [name, bench] of Object.entries(benches))
  if (asked.length === 0 || asked.includes(name)) await bench()
