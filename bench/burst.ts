import { createAutoscaler, sleep, systemClock } from '@woodpeckers/autoscaler-core'
import { say, title } from './measure.ts'
import { openStand } from './stand.ts'
import { instantCloud } from './wiring.ts'

/** 100 jobs at once, a cloud that takes 100 ms for each machine. */
export async function benchBurst(): Promise<void> {
  title('100 launches at once, 100 ms for each call of the cloud (aim: all issued within 2 s, 8 at a time)')
  let atOnce = 0
  let peak = 0
  let issued = 0
  let all: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    all = resolve
  })
  const deployAgent = async () => {
    peak = Math.max(peak, ++atOnce)
    if (++issued === 100) all()
    await sleep(systemClock, 100)
    atOnce--
  }
  const { server, options, close } = await openStand()
  server.createPipeline({
    repo: 'acme/app',
    workflows: Array.from({ length: 100 }, (_, at) => ({ name: `w${at}` })),
  })
  await sleep(systemClock, 200)
  const autoscaler = createAutoscaler(options([{ id: 'bench', provider: instantCloud({ deployAgent }) }]))
  const startedAt = performance.now()
  await autoscaler.tick()
  await done
  say('from the tick to the last of the calls', `${((performance.now() - startedAt) / 1_000).toFixed(2)} s`)
  say('calls at once, at most', String(peak))
  await autoscaler.settled()
  await close()
}
