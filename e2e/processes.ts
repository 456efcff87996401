import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..')

/** What an autoscaler of a test is told, beyond where the server is. */
export interface AutoscalerSettings {
  readonly max: number
  readonly min?: number
  readonly interval?: string
  readonly idleTimeout?: string
  readonly bootMs?: number
  readonly flags?: readonly string[]
  /** For Node itself. */
  readonly nodeFlags?: readonly string[]
}

export interface JobOrder {
  readonly name?: string
  readonly durationMs: number
  readonly labels?: Readonly<Record<string, string>>
}

export interface Job {
  readonly name: string
  readonly state: string
}

/**
 * The emulated server, the autoscaler and local agents as real processes, with a folder of their own; each
 * of them can be killed at any moment.
 */
export class Site {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'autoscaler-e2e-'))
  readonly log: string[] = []
  /** The most machines that were there at one look of `watchMachines`. */
  peak = 0
  #server: ChildProcess | undefined
  #autoscaler: ChildProcess | undefined
  #url = ''
  #grpc = ''
  #stopWatching: () => void = () => {}

  get url(): string {
    return this.#url
  }

  get machinesFolder(): string {
    return join(this.folder, 'machines')
  }

  get grpcAddress(): string {
    return this.#grpc
  }

  get autoscalerPid(): number | undefined {
    return this.#autoscaler?.pid
  }

  /** Starts the server; after `killServer` with the same addresses and the same database. */
  async startServer(): Promise<void> {
    const ports = this.#url
      ? ['--port', new URL(this.#url).port, '--grpc-port', this.#grpc.split(':')[1]!]
      : ['--port', '0', '--grpc-port', '0']
    const bin = join(root, 'packages/emulators/bin/emulated-woodpecker.js')
    const server = spawn(process.execPath, [bin, ...ports, '--state', join(this.folder, 'database.json')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#server = server
    const lines = createInterface({ input: server.stdout })
    const [line] = (await once(lines, 'line')) as [string]
    const { url, grpc } = JSON.parse(line)
    this.#url = url
    this.#grpc = grpc
  }

  async killServer(): Promise<void> {
    await end(this.#server, 'SIGKILL')
  }

  startAutoscaler(settings: AutoscalerSettings): void {
    const {
      max,
      min = 0,
      interval = '1s',
      idleTimeout = '3s',
      bootMs = 0,
      flags = [],
      nodeFlags = [],
    } = settings
    const agent = join(root, 'packages/emulators/bin/emulated-agent.js')
    const args = [
      ...nodeFlags,
      join(root, 'apps/cli/bin/woodpecker-autoscaler.js'),
      'run',
      '--provider=local',
      `--server-url=${this.#url}`,
      `--grpc-addr=${this.#grpc}`,
      `--min-agents=${min}`,
      `--max-agents=${max}`,
      '--workflows-per-agent=1',
      `--reconciliation-interval=${interval}`,
      `--agent-idle-timeout=${idleTimeout}`,
      '--restart-grace=5s',
      '--list-lag=10s',
      `--local-command=${process.execPath} ${agent}`,
      `--local-directory=${this.machinesFolder}`,
      `--agent-env=EMULATED_BOOT_MS=${bootMs}`,
      ...flags,
    ]
    const { PATH, HOME } = process.env
    const autoscaler = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { PATH, HOME, WOODPECKER_TOKEN: 'admin-token' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [autoscaler.stdout, autoscaler.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.log.push(line))
    }
    this.#autoscaler = autoscaler
  }

  async killAutoscaler(): Promise<void> {
    await end(this.#autoscaler, 'SIGKILL')
  }

  /** Asks it to end, and answers its exit code. */
  stopAutoscaler(): Promise<number | null> {
    return end(this.#autoscaler, 'SIGTERM')
  }

  async order(jobs: readonly JobOrder[]): Promise<void> {
    const workflows = jobs.map((job, at) => ({ name: `job-${at + 1}`, ...job }))
    const response = await fetch(`${this.#url}/emulator/pipelines`, {
      method: 'POST',
      body: JSON.stringify({ repo: 'acme/app', workflows }),
    })
    if (!response.ok) throw new Error(`the emulated server answered ${response.status}`)
  }

  async jobs(): Promise<readonly Job[]> {
    const response = await fetch(`${this.#url}/emulator/pipelines`)
    const pipelines = (await response.json()) as readonly { workflows: readonly Job[] }[]
    return pipelines.flatMap(({ workflows }) => workflows)
  }

  /** How many of the jobs came to each end: `{ success: 20 }`. */
  async outcomes(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {}
    for (const { state } of await this.jobs()) counts[state] = (counts[state] ?? 0) + 1
    return counts
  }

  async agents(): Promise<readonly { readonly name: string }[]> {
    const headers = { Authorization: 'Bearer admin-token' }
    const response = await fetch(`${this.#url}/api/agents`, { headers })
    return ((await response.json()) as { name: string }[] | null) ?? []
  }

  /** Ids of the agents' processes that are there, found by what only they have in their environment. */
  machineProcesses(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => this.#isMachine(pid))
      .map(Number)
  }

  /** Keeps `peak`. */
  watchMachines(): void {
    const timer = setInterval(() => {
      this.peak = Math.max(this.peak, this.machineProcesses().length)
    }, 250)
    this.#stopWatching = () => clearInterval(timer)
  }

  async close(): Promise<void> {
    this.#stopWatching()
    await this.killAutoscaler()
    await this.killServer()
    for (const pid of this.machineProcesses()) process.kill(pid, 'SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  #isMachine(pid: string): boolean {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      return environment.includes('WOODPECKER_AGENT_SECRET=') && environment.includes(this.machinesFolder)
    } catch {
      return false
    }
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<number | null> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}

/** Asks again and again until the answer is yes; fails with what was waited for. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`after ${withinMs / 1000} s it still was not so: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
