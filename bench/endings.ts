import { createAutoscaler, sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { EmulatedAgent } from '@woodpeckers/autoscaler-emulators'
import { keepBusy } from './busy-server.ts'
import { quantile, say, title } from './measure.ts'
import { openStand } from './stand.ts'
import { instantCloud } from './wiring.ts'

/** From the end of an agent's idle time to the call that terminates its machine: real HTTP, real clocks. */
export async function benchEndings(): Promise<void> {
  title('From the idle timeout to the call of removeAgent (aim: 3 s at most, 20 s for timeouts under 40 s)')
  const machines = 6
  const [quiet, busy, short] = await Promise.all([
    delays({ idleTimeoutMs: 60_000, busy: false, machines }),
    delays({ idleTimeoutMs: 60_000, busy: true, machines }),
    delays({ idleTimeoutMs: 15_000, busy: false, machines }),
  ])
  say(`a timeout of 60 s, ${machines} machines`, spreadOf(quiet))
  say(`a timeout of 60 s, ${machines} machines, on a server that is busy with others`, spreadOf(busy))
  say(`a timeout of 15 s, ${machines} machines`, spreadOf(short))
}

function spreadOf(ms: readonly number[]): string {
  const [least, p50, max] = [0.01, 0.5, 1].map((share) => `${(quantile(ms, share) / 1_000).toFixed(1)} s`)
  return `least ${least}, p50 ${p50}, max ${max}`
}

interface Circumstances {
  readonly idleTimeoutMs: number
  readonly busy: boolean
  readonly machines: number
}

async function delays({ idleTimeoutMs, busy, machines }: Circumstances): Promise<readonly number[]> {
  const { server, options, close } = await openStand()
  const agents = new Map<string, EmulatedAgent>()
  const removedAt = new Map<string, number>()
  const cloud = instantCloud({
    deployAgent: async ({ name, environment }) => {
      const agent = new EmulatedAgent({
        link: server.link(environment['WOODPECKER_AGENT_SECRET'] ?? ''),
        clock: systemClock,
        random: systemRandom,
        settings: { hostname: name },
      })
      agents.set(name, agent)
      agent.start()
    },
    removeAgent: async (name) => {
      removedAt.set(name, performance.now())
      agents.get(name)?.kill()
      agents.delete(name)
    },
    listDeployedAgentNames: async () => [...agents.keys()],
  })
  const settings = options([{ id: 'bench', provider: cloud }])
  const pools = settings.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, idleTimeoutMs } }))
  const stop = new AbortController()
  const running = createAutoscaler({ ...settings, pools }).run(stop.signal)
  const endBusy = busy ? keepBusy(server) : async () => {}
  await sleep(systemClock, 1_000)
  const endedAt = new Map<string, number>()
  for (let at = 0; at < machines; at++) {
    // All wait at once, so that each gets a machine of its own; they end at different moments.
    const durationMs = 8_000 + 10_000 * systemRandom()
    const pipeline = server.createPipeline({ repo: 'acme/app', workflows: [{ durationMs }] })
    void watchEnd(() => pipeline.status === 'success').then((ms) => endedAt.set(String(at), ms))
  }
  while (removedAt.size < machines) await sleep(systemClock, 200)
  stop.abort()
  await endBusy()
  await running
  await close()
  // Which machine had which job does not matter: both are in the order of time.
  const ends = [...endedAt.values()].sort((a, b) => a - b)
  const removals = [...removedAt.values()].sort((a, b) => a - b)
  return removals.map((ms, at) => ms - (ends[at] ?? Number.NaN) - idleTimeoutMs).sort((a, b) => a - b)
}

async function watchEnd(hasEnded: () => boolean): Promise<number> {
  while (!hasEnded()) await sleep(systemClock, 20)
  return performance.now()
}
