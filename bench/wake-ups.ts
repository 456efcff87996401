import { createAutoscaler, sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { keepBusy } from './busy-server.ts'
import { quantile, say, title } from './measure.ts'
import { openStand } from './stand.ts'
import { INTERVAL_MS, instantCloud } from './wiring.ts'

/** From the moment that a job is ordered to the call that creates its machine: real HTTP, real clocks. */
export async function benchWakeUps(): Promise<void> {
  title('From a new job to the call of deployAgent (aim with events: p95 under 0.6 s, max under 1 s)')
  const jobs = 40
  say(`with events, ${jobs} jobs`, reaction(await wakeUps({ events: true, busy: false, jobs })))
  say(
    `with events, ${jobs} jobs, on a server that is busy with others`,
    reaction(await wakeUps({ events: true, busy: true, jobs })),
  )
  say(
    `without events, polling every ${INTERVAL_MS / 1_000} s, 3 jobs`,
    reaction(await wakeUps({ events: false, busy: false, jobs: 3 })),
  )
}

function reaction(took: readonly number[]): string {
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => `${Math.round(quantile(took, share))} ms`)
  return `p50 ${p50}, p95 ${p95}, max ${max}`
}

interface Circumstances {
  readonly events: boolean
  readonly busy: boolean
  readonly jobs: number
}

async function wakeUps({ events, busy, jobs }: Circumstances): Promise<readonly number[]> {
  const took: number[] = []
  let askedAt = 0
  let asked: () => void = () => {}
  const { server, options, close } = await openStand()
  const deployAgent = async () => {
    took.push(performance.now() - askedAt)
    asked()
  }
  const settings = options([{ id: 'bench', provider: instantCloud({ deployAgent }) }])
  const deaf = Object.assign(Object.create(settings.server), { listen: () => {} })
  const stop = new AbortController()
  const running = createAutoscaler(events ? settings : { ...settings, server: deaf }).run(stop.signal)
  const endBusy = busy ? keepBusy(server) : async () => {}
  await sleep(systemClock, 2_000)
  for (let job = 0; job < jobs; job++) {
    // Not in step with the loop.
    await sleep(systemClock, 500 + 1_000 * systemRandom())
    const deployed = new Promise<void>((resolve) => {
      asked = resolve
    })
    askedAt = performance.now()
    server.createPipeline({ repo: 'acme/app', workflows: [{ durationMs: 1_000 }] })
    await deployed
  }
  stop.abort()
  await endBusy()
  await running
  await close()
  return took.sort((a, b) => a - b)
}
