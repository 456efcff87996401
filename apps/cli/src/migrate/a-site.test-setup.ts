import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, createAutoscaler, defaultLimits, systemClock } from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  agentsOnMachines,
  EmulatedAgent,
  EmulatedHetzner,
  EmulatedWoodpecker,
  httpLink,
  seededRandom,
  serveHetzner,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { createWoodpeckerServer } from '@woodpeckers/autoscaler-woodpecker'
import { type Ran, runInProcess } from '../fixtures/in-process.ts'
import type { Surroundings } from '../surroundings.ts'

/** Stands still, so that two looks see the same; what waits, waits in real time. */
export const stillClock: Clock = {
  now: () => Date.UTC(2026, 10, 2, 8),
  monotonic: systemClock.monotonic,
  startTimer: systemClock.startTimer,
}

const SPEED = 20

/** So many times as fast as life. */
export function fastClock(): Clock {
  const startedAt = systemClock.now()
  return {
    now: () => startedAt + (systemClock.now() - startedAt) * SPEED,
    monotonic: () => systemClock.monotonic() * SPEED,
    startTimer: (delayMs, ring) => systemClock.startTimer(delayMs / SPEED, ring),
  }
}

type Env = Readonly<Record<string, string>>

/** A Woodpecker server and a project at Hetzner behind their own APIs, and a folder for files. */
export class Site implements AsyncDisposable {
  readonly clock: Clock
  readonly server: EmulatedWoodpecker
  readonly cloud: EmulatedHetzner
  readonly folder: string = mkdtempSync(join(tmpdir(), 'migrate-'))
  readonly serverUrl: string
  readonly cloudUrl: string
  readonly agentAddress: string
  readonly token: string = adminToken
  /** Everything that `run` has said. */
  out = ''
  readonly #close: () => Promise<unknown>
  #running: Promise<Ran> | undefined
  #signal: ((signal: NodeJS.Signals) => void) | undefined

  private constructor(
    parts: Pick<Site, 'clock' | 'server' | 'cloud' | 'serverUrl' | 'cloudUrl' | 'agentAddress'>,
    close: () => Promise<unknown>,
  ) {
    this.clock = parts.clock
    this.server = parts.server
    this.cloud = parts.cloud
    this.serverUrl = parts.serverUrl
    this.cloudUrl = parts.cloudUrl
    this.agentAddress = parts.agentAddress
    this.#close = close
  }

  static async open(clock: Clock): Promise<Site> {
    const random = seededRandom(5)
    const server = new EmulatedWoodpecker({ clock, random })
    const served = await serveWoodpecker(server)
    const onBoot = agentsOnMachines({ clock, random, link: (token) => httpLink(served.agentAddress, token) })
    const cloud = new EmulatedHetzner({ clock, random, onBoot })
    const atCloud = await serveHetzner(cloud)
    const [serverUrl, cloudUrl, { agentAddress }] = [served.url, atCloud.url, served]
    const close = () => Promise.all([atCloud.close(), served.close()])
    return new Site({ clock, server, cloud, serverUrl, cloudUrl, agentAddress }, close)
  }

  /** Jobs with labels, each a workflow. */
  order(durationMs: number, ...labels: readonly Env[]): void {
    const workflows = labels.map((labels, at) => ({ name: `job-${at + 1}`, durationMs, labels }))
    this.server.createPipeline({ repo: 'acme/app', workflows })
  }

  /** A machine with its record and its agent, as the Go autoscaler makes them. */
  plantGoAgent(name: string, pool: string): EmulatedAgent {
    this.cloud.plant(name, { 'wp.autoscaler/pool': pool, 'wp.autoscaler/image': 'ubuntu-22.04' })
    const row = this.server.records.create({ name, no_schedule: false }, 1)
    const agent = new EmulatedAgent({
      link: httpLink(this.agentAddress, row.token),
      clock: this.clock,
      random: seededRandom(row.id),
      settings: { hostname: name, maxWorkflows: 2 },
    })
    agent.start()
    return agent
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }

  /** Runs a command to its end; the same names come out of the same chance each time. */
  command(argv: readonly string[], env: Env): Promise<Ran> {
    return runInProcess(argv, env, { clock: this.clock, random: seededRandom(9), cwd: this.folder })
  }

  /** Starts `run`. */
  start(argv: readonly string[], env: Env): void {
    const write = (text: string) => {
      this.out += text
    }
    const change: Partial<Surroundings> = {
      clock: this.clock,
      cwd: this.folder,
      stdout: { write },
      stderr: { write },
      onSignal: (listener) => {
        this.#signal = listener
        return () => {}
      },
      parts: {
        connectServer: async (options) => createWoodpeckerServer({ ...options, deadlineMs: 10_000 * SPEED }),
        createAutoscaler: async (options) => createAutoscaler({ ...options, limits }),
      },
    }
    this.#running = runInProcess(['run', ...argv], env, change)
  }

  async stop(): Promise<Ran | undefined> {
    this.#signal?.('SIGTERM')
    return this.#running
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.#close()
    rmSync(this.folder, { recursive: true })
  }
}

const { concurrency, ...times } = defaultLimits
const limits = {
  ...(Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, ms * SPEED])) as typeof times),
  concurrency,
}
