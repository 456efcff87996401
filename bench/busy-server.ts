import { sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { EmulatedAgent, type EmulatedWoodpecker } from '@woodpeckers/autoscaler-emulators'

/** Of other people: their agents, and tasks that wait for them. */
const AGENTS = 40
const WAITING = 60
/** Between two pipelines of theirs; each publishes several events. */
const PIPELINE_EACH_MS = 250

/** A server on which other people's jobs start and end all the time. Returns what ends it. */
export function keepBusy(server: EmulatedWoodpecker): () => Promise<void> {
  const ended = new AbortController()
  const agents = Array.from({ length: AGENTS }, (_, at) => {
    const { token } = server.records.create({ name: `theirs-${at}`, no_schedule: false }, 1)
    return new EmulatedAgent({
      link: server.link(token),
      clock: systemClock,
      random: systemRandom,
      settings: { hostname: `theirs-${at}`, labels: { '!theirs': 'yes' } },
    })
  })
  for (const agent of agents) agent.start()
  const order = (labels: Record<string, string>, durationMs: number) =>
    server.createPipeline({ repo: 'theirs/app', workflows: [{ labels, durationMs }] })
  for (let at = 0; at < WAITING; at++) order({ theirs: 'later' }, 1_000)
  const ordering = (async () => {
    while (!ended.signal.aborted) {
      order({ theirs: 'yes' }, 500 + 2_000 * systemRandom())
      await sleep(systemClock, PIPELINE_EACH_MS * 2 * systemRandom(), ended.signal).catch(() => {})
    }
  })()
  return async () => {
    ended.abort()
    await ordering
    for (const agent of agents) agent.kill()
  }
}
