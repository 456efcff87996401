import { parentPort, workerData } from 'node:worker_threads'
import type { Mutant } from './mutant.ts'
import { plantBug } from './plant-bug.ts'

/** What a worker is to do: live these worlds through until one sees something. */
export interface WorldsOrder {
  /** `undefined`: the engine as it is. */
  readonly mutant: Mutant | undefined
  /** Seeds, and names of kept worlds. */
  readonly worlds: readonly (number | string)[]
}

/** What it tells: that the source loads, that nothing was seen in one more world, or what was. */
export type WorldsNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'lived' }
  | { readonly kind: 'seen'; readonly what: string }

const { mutant, worlds } = workerData as WorldsOrder
if (mutant) plantBug(mutant)
const { makeScenario, readKeptWorld, runScenario } = await import('./worlds.ts')
tell({ kind: 'ready' })

for (const world of worlds) {
  const seen = await look(world)
  tell(seen === undefined ? { kind: 'lived' } : { kind: 'seen', what: seen })
  if (seen !== undefined) break
}

/** The first promise that is broken in the world. */
async function look(world: number | string): Promise<string | undefined> {
  try {
    const { violations } = await runScenario(
      typeof world === 'number' ? makeScenario(world) : readKeptWorld(world),
    )
    return violations[0] && `${violations[0].promise}: ${violations[0].what}`
  } catch (error) {
    return `an error is thrown: ${error}`
  }
}

function tell(news: WorldsNews): void {
  parentPort?.postMessage(news)
}
