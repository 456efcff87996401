import type {
  Autoscaler,
  AutoscalerOptions,
  CiServer,
  Clock,
  Log,
  Provider,
  ProviderContext,
  ProviderDefinition,
  Random,
} from '@woodpeckers/autoscaler-core'
import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'

/** Where text goes: `process.stdout` and `process.stderr`, or a test's. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  /** For sequences that move the cursor or clear: see `moveCursor`. Without it: as `write`. */
  move?(sequence: string): unknown
}

/** What reaches the outside, so that tests can hand in something else. */
export interface Parts {
  connectServer(options: ServerOptions): Promise<CiServer>
  createAutoscaler(options: AutoscalerOptions): Promise<Autoscaler>
  /** Without it: as the definition makes it. */
  createProvider?(
    definition: ProviderDefinition,
    context: ProviderContext<Record<string, unknown>>,
  ): Promise<Provider>
}

export interface ServerOptions {
  readonly url: string
  readonly token: string
  readonly grpcAddr: string
  readonly grpcSecure: boolean
  readonly grpcVerify?: boolean | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** All that a command finds around itself: nothing below reads `process` on its own. */
export interface Surroundings {
  /** Without the program's own name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: Output
  readonly stderr: Output
  readonly clock: Clock
  readonly random: Random
  readonly parts: Parts
  /** Calls back at SIGTERM and SIGINT, until the answer is called. */
  onSignal(listener: (signal: NodeJS.Signals) => void): () => void
  /** Calls back at SIGHUP, which then ends nothing, until the answer is called. */
  onHangUp(listener: () => void): () => void
  /** Calls back at SIGUSR2, which then ends nothing, until the answer is called. Without it: there is no such signal. */
  onToggle?(listener: () => void): () => void
  /** Ends the process now. */
  exit(code: number): void
}

/** @throws Error with one line where there is no working directory (any more) */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    throw new Error('the working directory does not exist any more: change to one that does')
  }
}

/** @throws Error with one line where something is missing that no command can do without */
export function systemSurroundings(): Surroundings {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: workingDirectory(),
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    random: systemRandom,
    parts: realParts,
    onSignal(listener) {
      process.on('SIGTERM', listener).on('SIGINT', listener)
      return () => process.off('SIGTERM', listener).off('SIGINT', listener)
    },
    onHangUp(listener) {
      process.on('SIGHUP', listener)
      return () => process.off('SIGHUP', listener)
    },
    onToggle(listener) {
      process.on('SIGUSR2', listener)
      return () => process.off('SIGUSR2', listener)
    },
    exit: (code) => process.exit(code),
  }
}

// Imported when they are needed: `--help` waits for neither.
const realParts: Parts = {
  async connectServer(options) {
    const { createWoodpeckerServer } = await import('@woodpeckers/autoscaler-woodpecker')
    return createWoodpeckerServer(options)
  },
  async createAutoscaler(options) {
    const { createAutoscaler } = await import('@woodpeckers/autoscaler-core')
    return createAutoscaler(options)
  },
}
