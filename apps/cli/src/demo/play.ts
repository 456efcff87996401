import { type Clock, counted, sleep } from '@woodpeckers/autoscaler-core'
import { arrivals, ROUND_MS } from './arrivals.ts'
import type { DemoWorld } from './demo-world.ts'

/** Should something go wrong it must still come to an end. */
const LONGEST_MS = 1_200_000
/** For a last look of the engine, so that the picture shows the end too. */
const AFTERMATH_MS = 20_000

/**
 * Lets the jobs arrive, then waits until all are done and every machine is gone; with `keep` begins again,
 * until the signal comes.
 */
export async function play(
  world: DemoWorld,
  clock: Clock,
  keep: boolean,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  try {
    do {
      const roundAt = clock.now()
      for (const { afterMs, pipeline } of arrivals) {
        await sleep(clock, roundAt + afterMs - clock.now(), signal)
        world.server.createPipeline(pipeline)
        tell(`${pipeline.repo} asks for ${counted(pipeline.workflows.length, 'job')}`)
      }
      const isOver = () => (keep ? clock.now() >= roundAt + ROUND_MS : world.cloud.machines.length === 0)
      while (!isOver() && clock.now() < roundAt + LONGEST_MS) await sleep(clock, 1_000, signal)
    } while (keep)
    await sleep(clock, AFTERMATH_MS, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
