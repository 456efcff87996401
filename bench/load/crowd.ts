import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { EmulatedAgent, type EmulatedWoodpecker } from '@woodpeckers/autoscaler-emulators'

/** How much there is at the server. */
export interface Crowd {
  readonly tasks: number
  readonly agents: number
  /** Of the agents, cordoned while they work: the engine then asks the database, too. */
  readonly cordoned: number
}

export const POOL = 'bench'
const WORKFLOWS_OF_A_PIPELINE = 5
const REPOS = 100
const HOUR_MS = 3_600_000

export function agentName(at: number): string {
  return `pool-${POOL}-agent-a${at}`
}

/** Fills a server: every agent is in contact and at work, and so many tasks wait for one. */
export async function fill(server: EmulatedWoodpecker, { tasks, agents, cordoned }: Crowd): Promise<void> {
  const clock = systemClock
  const rows = Array.from({ length: agents }, (_, at) =>
    server.records.create({ name: agentName(at), no_schedule: false }, 1),
  )
  for (const { name, token } of rows) {
    new EmulatedAgent({
      link: server.link(token),
      clock,
      random: systemRandom,
      settings: { hostname: name },
    }).start()
  }
  order(server, agents)
  await until(() => server.queue.running.size === agents)
  order(server, tasks)
  await until(() => server.queue.pending.length === tasks)
  for (const { id, name } of rows.slice(0, cordoned)) {
    await server.records.patch(id, { name, no_schedule: true })
  }
}

function order(server: EmulatedWoodpecker, workflows: number): void {
  for (let at = 0; at < workflows; at += WORKFLOWS_OF_A_PIPELINE) {
    const length = Math.min(WORKFLOWS_OF_A_PIPELINE, workflows - at)
    server.createPipeline({
      repo: `acme/app-${(at / WORKFLOWS_OF_A_PIPELINE) % REPOS}`,
      workflows: Array.from({ length }, (_, of) => ({ name: `step-${of}`, durationMs: HOUR_MS })),
    })
  }
}

function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (isSo() ? resolve() : void systemClock.startTimer(50, look))
    look()
  })
}
