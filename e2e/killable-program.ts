import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const bin = join(import.meta.dirname, '../apps/cli/bin/woodpecker-autoscaler.js')

/** The program as a process of its own, started, killed and started again in one folder. */
export class KillableProgram {
  readonly log: string[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'killed-between-'))
  readonly #flags: readonly string[]
  readonly #environment: Readonly<Record<string, string>>
  #process: ChildProcess | undefined

  constructor(flags: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#flags = flags
    this.#environment = environment
  }

  start(): void {
    const program = spawn(process.execPath, [bin, 'run', ...this.#flags], {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [program.stdout, program.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.log.push(line))
    }
    this.log.push(`--- process ${program.pid} ---`)
    this.#process = program
  }

  /** Ends it, and answers its exit code; `null` where the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const program = this.#process
    if (!program || program.exitCode !== null || program.signalCode !== null) return program?.exitCode ?? null
    const exited = once(program, 'exit')
    program.kill(signal)
    await exited
    return program.exitCode
  }

  async close(): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
