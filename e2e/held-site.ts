import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  agentsOnMachines,
  EmulatedWoodpecker,
  httpLink,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import type { HeldCloud, OpenCloud } from './held-cloud.ts'
import { KillableProgram } from './killable-program.ts'

const own = { clock: systemClock, random: systemRandom }

/** The emulated Woodpecker, a cloud and the program, with all that they did to be asked afterwards. */
export class HeldSite {
  readonly cloud: HeldCloud
  readonly program: KillableProgram
  /** The most machines that there were at a time. */
  peak = 0
  /** Names that two machines had at a time. */
  readonly twins: Set<string> = new Set()
  /** Names of machines that came up, in their order. */
  readonly booted: readonly string[]
  readonly #server: EmulatedWoodpecker
  readonly #served: ServedWoodpecker
  readonly #watch: NodeJS.Timeout

  private constructor(
    server: EmulatedWoodpecker,
    served: ServedWoodpecker,
    cloud: HeldCloud,
    flags: readonly string[],
    booted: readonly string[],
  ) {
    this.#server = server
    this.#served = served
    this.cloud = cloud
    this.booted = booted
    this.program = new KillableProgram([...flags, ...cloud.flags], {
      ...cloud.environment,
      WOODPECKER_TOKEN: adminToken,
      WOODPECKER_SERVER: served.url,
      WOODPECKER_GRPC_ADDR: served.agentAddress,
    })
    this.#watch = setInterval(() => this.#look(), 10)
  }

  static async open(openCloud: OpenCloud, listLagMs: number, flags: readonly string[]): Promise<HeldSite> {
    const server = new EmulatedWoodpecker(own)
    const served = await serveWoodpecker(server)
    const boot = agentsOnMachines({ ...own, link: (token) => httpLink(served.agentAddress, token) })
    const booted: string[] = []
    const cloud = await openCloud({
      listLagMs,
      onBoot: (machine) => {
        booted.push(machine.name)
        return boot(machine)
      },
    })
    return new HeldSite(server, served, cloud, flags, booted)
  }

  order(tasks: number, durationMs: number): void {
    const workflows = Array.from({ length: tasks }, (_, at) => ({ name: `task-${at + 1}`, durationMs }))
    this.#server.createPipeline({ repo: 'acme/app', workflows })
  }

  get done(): number {
    const pipelines = [...this.#server.database.pipelines.values()]
    return pipelines.flatMap(({ workflows }) => workflows).filter(({ state }) => state === 'success').length
  }

  get records(): number {
    return this.#server.records.list().length
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    await this.program.close()
    await this.cloud.close()
    await this.#served.close()
  }

  #look(): void {
    const names = this.cloud.servers().map(({ name }) => name)
    this.peak = Math.max(this.peak, names.length)
    for (const [at, name] of names.entries()) if (names.indexOf(name) !== at) this.twins.add(name)
  }
}
