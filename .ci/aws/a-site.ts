import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  EmulatedWoodpecker,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { MachineRooms } from './machine-rooms.ts'
import { MotoAccount, motoUrl } from './moto-account.ts'
import { MotoProxy } from './moto-proxy.ts'

const bin = join(import.meta.dirname, '../../apps/cli/bin/woodpecker-autoscaler.js')
const MAX = 30

export interface Standing {
  readonly id: string
  readonly agentId: string
  readonly name: string
}

/** The program as a process, with AWS in its environment; moto behind the proxy; the emulated Woodpecker. */
export class Site {
  readonly woodpecker: EmulatedWoodpecker
  readonly served: ServedWoodpecker
  readonly account: MotoAccount
  readonly proxy: MotoProxy
  readonly rooms: MachineRooms
  readonly log: string[] = []
  #program: ChildProcess | undefined

  private constructor(parts: Pick<Site, 'woodpecker' | 'served' | 'account' | 'proxy'>) {
    this.woodpecker = parts.woodpecker
    this.served = parts.served
    this.account = parts.account
    this.proxy = parts.proxy
    this.rooms = new MachineRooms(parts.account)
  }

  /** `region`: one of its own for each site, since all of them share one moto. */
  static async open(region: string): Promise<Site> {
    const woodpecker = new EmulatedWoodpecker({ clock: systemClock, random: systemRandom })
    const served = await serveWoodpecker(woodpecker)
    const proxy = await MotoProxy.start(motoUrl())
    return new Site({ woodpecker, served, proxy, account: new MotoAccount(motoUrl(), region) })
  }

  get secrets(): readonly string[] {
    return [...this.rooms.secrets, 'moto-secret-access-key', adminToken]
  }

  /** `instanceTypes`: none where there are standing machines alone. */
  start(flags: readonly string[] = [], instanceTypes = 't3.large,t3.xlarge,m5.large'): void {
    const args = [
      bin,
      'run',
      '--provider=aws',
      `--server-url=${this.served.url}`,
      `--grpc-addr=${this.served.agentAddress}`,
      '--grpc-secure=false',
      '--min-agents=0',
      `--max-agents=${MAX}`,
      '--workflows-per-agent=1',
      '--reconciliation-interval=1s',
      '--agent-idle-timeout=3s',
      '--restart-grace=5s',
      '--list-lag=25s',
      '--log-level=trace',
      `--aws-region=${this.account.region}`,
      '--aws-ami-id=amazon',
      ...(instanceTypes === '' ? [] : [`--aws-instance-type=${instanceTypes}`]),
      ...flags,
    ]
    const program = spawn(process.execPath, args, {
      env: {
        PATH: process.env['PATH'],
        WOODPECKER_TOKEN: adminToken,
        // As the AWS tools have them: the SDK finds these by itself.
        AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'moto-secret-access-key',
        AWS_ENDPOINT_URL_EC2: this.proxy.url,
        AWS_ENDPOINT_URL_SSM: this.proxy.url,
        // moto has no price list: this is answered with a refusal.
        AWS_ENDPOINT_URL_PRICING: this.proxy.url,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [program.stdout, program.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.log.push(line))
    }
    this.#program = program
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const program = this.#program
    if (!program || program.exitCode !== null || program.signalCode !== null) return program?.exitCode ?? null
    const exited = once(program, 'exit')
    program.kill(signal)
    await exited
    return program.exitCode
  }

  order(tasks: number, durationMs: number, labels: Readonly<Record<string, string>> = {}): void {
    const workflows = Array.from({ length: tasks }, (_, at) => ({ name: `task-${at}`, durationMs, labels }))
    this.woodpecker.createPipeline({ repo: 'acme/app', workflows })
  }

  /** As if by hand: an instance, and a record for the agent on it, which offers `labels`. */
  async makeStanding(name: string, labels: string): Promise<Standing> {
    const id = await this.account.plant({ Name: name })
    const response = await fetch(`${this.served.url}/api/agents`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, no_schedule: false }),
    })
    const record = (await response.json()) as { readonly id: number; readonly token: string }
    this.rooms.furnish(id, {
      WOODPECKER_SERVER: this.served.agentAddress,
      WOODPECKER_AGENT_SECRET: record.token,
      WOODPECKER_AGENT_LABELS: labels,
      WOODPECKER_RETRY_TIMEOUT: '0',
    })
    return { id, agentId: String(record.id), name }
  }

  async agent({
    agentId,
  }: Standing): Promise<{ readonly no_schedule: boolean; readonly last_contact: number }> {
    const headers = { Authorization: `Bearer ${adminToken}` }
    const response = await fetch(`${this.served.url}/api/agents/${agentId}`, { headers })
    return (await response.json()) as { no_schedule: boolean; last_contact: number }
  }

  async done(): Promise<number> {
    const response = await fetch(`${this.served.url}/emulator/pipelines`)
    const pipelines = (await response.json()) as readonly { workflows: readonly { state: string }[] }[]
    return pipelines.flatMap(({ workflows }) => workflows).filter(({ state }) => state === 'success').length
  }

  async records(): Promise<number> {
    const headers = { Authorization: `Bearer ${adminToken}` }
    const response = await fetch(`${this.served.url}/api/agents`, { headers })
    return ((await response.json()) as readonly unknown[] | null)?.length ?? 0
  }

  async close(): Promise<void> {
    await this.end('SIGKILL')
    await this.rooms.close()
    await this.account.endAll()
    await this.proxy.close()
    await this.served.close()
  }
}

/** Asks again and again until it is so; fails with what was waited for. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadlineAt = systemClock.now() + withinMs
  while (!(await isSo())) {
    if (systemClock.now() > deadlineAt)
      throw new Error(`after ${withinMs / 1_000} s it still was not so: ${what}`)
    await sleep(systemClock, 250)
  }
}
