import { Transient } from '@woodpeckers/autoscaler-core'
import { FakeWorld } from '@woodpeckers/autoscaler-core/testing'
import { Metrics, observedProvider } from '@woodpeckers/autoscaler-observer/metrics'

/** What half an hour with jobs and mishaps, in virtual time, gives. */
export async function simulatedMetrics(): Promise<string> {
  const world: FakeWorld = new FakeWorld({
    pool: { min: 1, max: 3, idleTimeoutMs: 120_000 },
    cloud: { offerings: [{ id: 'cx22:fsn1', hourlyPrice: { amount: 0.006, currency: 'EUR' } }] },
    // Called while the world is made: the clock is its own later.
    provider: (provider, { clock }) =>
      observedProvider(provider, 'hetznercloud', {
        clock,
        observeCall: (call) => metrics().observeCall(call),
      }),
    onTick: (report) => metrics().onTick(report),
    onOutcome: (outcome) => metrics().onOutcome(outcome),
  })
  let made: Metrics | undefined
  const metrics = (): Metrics => {
    made ??= new Metrics({ clock: world.clock, version: '1.2.3' })
    return made
  }
  world.start()
  world.server.addTasks(5, { durationMs: 60_000 })
  world.cloud.failNext('create', new Transient('no'), 2)
  await world.minutes(20)
  world.server.unreachableFor(30_000)
  world.server.addTasks(5)
  await world.minutes(10)
  const text = await metrics().text()
  await world.stop()
  return text
}
