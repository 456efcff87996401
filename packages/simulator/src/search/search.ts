import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { SeedReport } from './worker.ts'

/** Lives the worlds of many seeds, on all cores; calls back for each. */
export async function search(
  seeds: readonly number[],
  onReport: (report: SeedReport) => void,
  signal?: AbortSignal,
): Promise<void> {
  const workers = Math.max(1, Math.min(availableParallelism(), seeds.length))
  await Promise.all(
    Array.from({ length: workers }, (_, at) =>
      runWorker(
        seeds.filter((_, index) => index % workers === at),
        onReport,
        signal,
      ),
    ),
  )
}

function runWorker(
  seeds: readonly number[],
  onReport: (report: SeedReport) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { seeds } })
    signal?.addEventListener('abort', () => worker.terminate(), { once: true })
    worker.on('message', onReport)
    worker.on('error', reject)
    worker.on('exit', () => resolve())
  })
}
