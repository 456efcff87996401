import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type JobOrder, Site } from '../processes.ts'
import { FaultyProxy } from './faulty-proxy.ts'

export const MAX_MACHINES = 12

export interface SoakJob {
  /** As in the queue. */
  readonly taskId: string
  readonly state: string
}

/** From the order of a job until it is in the server's queue; one that goes in between forgets it, as the real one. */
const QUEUED_WITHIN_MS = 400

/** The processes, each reached by the others through a proxy only. */
export class SoakSite {
  readonly web: FaultyProxy
  readonly agents: FaultyProxy
  readonly journal: string
  readonly memoryFile: string
  /** Of the provider, for our pool. */
  readonly poolFolder: string
  readonly #site: Site
  #last: Promise<void> = Promise.resolve()

  private constructor(site: Site, web: FaultyProxy, agents: FaultyProxy) {
    this.#site = site
    this.web = web
    this.agents = agents
    this.journal = join(site.folder, 'journal')
    this.memoryFile = join(site.folder, 'memory.jsonl')
    this.poolFolder = join(site.machinesFolder, '1')
  }

  static async open(): Promise<SoakSite> {
    const site = new Site()
    await site.startServer()
    const web = await FaultyProxy.open(Number(new URL(site.url).port))
    // A hand-over that is lost loses its job for good, at the server: nobody's fault here.
    const agents = await FaultyProxy.open(Number(site.grpcAddress.split(':')[1]), /^POST \/rpc\/next /)
    return new SoakSite(site, web, agents)
  }

  /** Past the proxy. */
  get url(): string {
    return this.#site.url
  }

  get folder(): string {
    return this.#site.folder
  }

  get log(): readonly string[] {
    return this.#site.log
  }

  startAutoscaler(): void {
    this.#site.startAutoscaler({
      max: MAX_MACHINES,
      nodeFlags: ['--expose-gc', '--import', join(import.meta.dirname, 'report-memory.ts')],
      flags: [
        `--server-url=http://${this.web.address}`,
        `--grpc-addr=${this.agents.address}`,
        `--local-command=${process.execPath} ${join(import.meta.dirname, 'agent.ts')}`,
        `--agent-env=EMULATED_JOBS=process,EMULATED_BOOT_MS=300,SOAK_JOURNAL=${this.journal}`,
        '--agent-inactivity-timeout=2m',
        '--powered-off-timeout=5s',
      ],
    })
  }

  /** @throws where it has ended by itself: nothing of what is done to it here is a reason to. */
  async killAutoscaler(): Promise<void> {
    process.kill(this.#site.autoscalerPid!, 0)
    await this.#site.killAutoscaler()
  }

  /** Asks it to end, and answers its exit code. */
  stopAutoscaler(): Promise<number | null> {
    return this.#site.stopAutoscaler()
  }

  killServer(): Promise<void> {
    return this.#site.killServer()
  }

  startServer(): Promise<void> {
    return this.#site.startServer()
  }

  /** One after another: no job is ordered while the server is being killed. */
  alone<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(act)
    this.#last = mine.then(
      () => {},
      () => {},
    )
    return mine
  }

  order(jobs: readonly JobOrder[]): Promise<void> {
    return this.alone(async () => {
      await this.#site.order(jobs)
      await sleep(QUEUED_WITHIN_MS)
    })
  }

  async jobs(): Promise<readonly SoakJob[]> {
    return this.alone(async () => {
      const response = await fetch(`${this.url}/emulator/pipelines`)
      const pipelines = (await response.json()) as readonly { workflows: { id: number; state: string }[] }[]
      return pipelines.flatMap(({ workflows }) =>
        workflows.map(({ id, state }) => ({ taskId: String(id), state })),
      )
    })
  }

  async records(): Promise<readonly string[]> {
    return (await this.#site.agents()).map(({ name }) => name)
  }

  /** Has the autoscaler write down its memory: see `report-memory.ts`. Only once it has surely started. */
  askForMemory(): void {
    if (this.#site.autoscalerPid !== undefined) process.kill(this.#site.autoscalerPid, 'SIGUSR2')
  }

  async close(): Promise<void> {
    await this.#site.close()
    this.web.close()
    this.agents.close()
  }
}
