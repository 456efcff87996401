import { createAutoscaler } from '@woodpeckers/autoscaler-core'
import { heapMiB, say, title } from './measure.ts'
import { openStand } from './stand.ts'
import { instantCloud } from './wiring.ts'

/** Ticks against the emulated server, and what ten thousand of them leave in memory. */
export async function benchTicks(): Promise<void> {
  title('Ticks over HTTP, 100 agents and 100 pending tasks that nobody takes')
  const { server, options, close } = await openStand()
  for (let at = 0; at < 100; at++) server.records.create({ name: `foreign-${at}`, no_schedule: false }, 1)
  server.createPipeline({
    repo: 'acme/app',
    workflows: Array.from({ length: 100 }, (_, at) => ({ name: `w${at}`, labels: { never: 'there' } })),
  })
  const autoscaler = createAutoscaler(options([{ id: 'bench', provider: instantCloud() }]))
  const ticks = async (count: number) => {
    for (let at = 0; at < count; at++) await autoscaler.tick()
  }
  await ticks(500)
  const before = heapMiB()
  const startedAt = performance.now()
  await ticks(10_000)
  const seconds = (performance.now() - startedAt) / 1_000
  say('ticks a second, server and client in one process', (10_000 / seconds).toFixed(0))
  say('heap before and after 10,000 ticks', `${before.toFixed(1)} MiB, ${heapMiB().toFixed(1)} MiB`)
  await close()
}
