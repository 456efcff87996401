import { Worker } from 'node:worker_threads'
import { systemClock } from '@woodpeckers/autoscaler-core'
import type { Mutant, Sighting } from './mutant.ts'
import type { WorldsNews, WorldsOrder } from './worlds-worker.ts'

/** Living a world through takes about a second; nothing for so long is a loop without an end. */
const HANGS_AFTER_MS = 120_000
const LARGEST_HEAP_MB = 1500

/**
 * The first of these worlds that breaks a promise, fails, or never ends with the bug in the engine.
 *
 * @param mutant `undefined`: the engine as it is
 * @throws Error if the source does not load
 */
export function askWorlds(
  mutant: Mutant | undefined,
  worlds: readonly (number | string)[],
): Promise<Sighting | undefined> {
  const order: WorldsOrder = { mutant, worlds }
  const worker = new Worker(new URL('./worlds-worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: LARGEST_HEAP_MB },
  })
  return new Promise((resolve, reject) => {
    let isReady = false
    let lived = 0
    let cancel = () => {}
    const end = (what: string | undefined) => {
      cancel()
      const world = worlds[lived]
      resolve(what === undefined || world === undefined ? undefined : { by: { world }, what })
      // It ends its loop too, if it is in one.
      void worker.terminate()
    }
    const wait = () => {
      cancel()
      cancel = systemClock.startTimer(HANGS_AFTER_MS, () => end('it never comes to an end'))
    }
    wait()
    worker.on('message', (news: WorldsNews) => {
      wait()
      if (news.kind === 'ready') isReady = true
      else if (news.kind === 'lived') lived++
      else end(news.what)
    })
    worker.on('error', ({ message }) => {
      if (isReady) return end(`an error is thrown: ${message}`)
      cancel()
      reject(new Error(`the source does not load: ${message}`))
    })
    worker.on('exit', () => end(undefined))
  })
}
