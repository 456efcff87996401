import { createAutoscaler, sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { say, spread, title } from './measure.ts'
import { openStand } from './stand.ts'
import { INTERVAL_MS, instantCloud } from './wiring.ts'

/** From the moment that a job is asked for to the call that asks the cloud for its machine. */
export async function benchWakeUps(): Promise<void> {
  title('From a new job to the call of deployAgent (aim with events: p95 under 1 s)')
  say('with events, 15 jobs', spread(await wakeUps(true, 15), 0.95))
  say(`without, looking each ${INTERVAL_MS / 1_000} s, 3 jobs`, spread(await wakeUps(false, 3), 0.95))
}

async function wakeUps(events: boolean, jobs: number): Promise<readonly number[]> {
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
  await sleep(systemClock, 500)
  for (let job = 0; job < jobs; job++) {
    // Not in step with the loop.
    await sleep(systemClock, 2_000 + 1_000 * systemRandom())
    const deployed = new Promise<void>((resolve) => {
      asked = resolve
    })
    askedAt = performance.now()
    server.createPipeline({ repo: 'acme/app', workflows: [{ durationMs: 1_000 }] })
    await deployed
  }
  stop.abort()
  await running
  await close()
  return took.sort((a, b) => a - b)
}
