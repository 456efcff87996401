import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createShare,
  namePrefix,
  type Provider,
  silentLog,
  systemClock,
  systemRandom,
} from '@woodpeckers/autoscaler-core'
import localProvider from './index.ts'
import { openLinuxProcesses } from './linux-processes.ts'
import { MARKER } from './machine-processes.ts'
import type { KnownProcess, MachineRecord } from './machine-record.ts'

/** Somewhere for real processes to live while a test runs. */
export interface Computer {
  readonly pool: string
  readonly directory: string
  readonly machines: string
  /** A provider over this folder; a second one is what is there after a crash and a new start. */
  open(options?: Readonly<Record<string, unknown>>): Promise<Provider>
  /** A shell script that stands for the agent, as a command. */
  agent(script: string): Promise<string>
  /** A process that is no machine. */
  somebodys(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): { readonly pid: number }
  known(pid: number): Promise<KnownProcess>
  plantRecord(record: Partial<MachineRecord> & { readonly name: string }): Promise<void>
  damageRecord(name: string): Promise<void>
  record(name: string): Promise<MachineRecord>
  /** A file that may be run and cannot. */
  notAProgram(): Promise<string>
  /** Pids by a mark in their environment and by their command line. */
  marked(marker: string, commandLine: RegExp): Promise<readonly number[]>
  log(name: string): Promise<string>
  /** Whether it runs; one that has ended and waits to be reaped does not. */
  isAlive(pid: number): Promise<boolean>
  readonly cleanUp: () => Promise<void>
}

export const LONG_ENDED: KnownProcess = { pid: 1, identity: 'another boot:1' }

export async function aComputer(): Promise<Computer> {
  const directory = await mkdtemp(join(tmpdir(), 'provider-local-'))
  const pool = 'test'
  const machines = join(directory, pool, 'machines')
  const others: ChildProcess[] = []
  const table = await openLinuxProcesses()
  await mkdir(machines, { recursive: true })

  return {
    pool,
    directory,
    machines,
    async open(options = {}) {
      return await localProvider.create({
        options: localProvider.options.parse({ command: 'sleep 60', directory, ...options }),
        pool: { id: pool, namePrefix: namePrefix(pool), labels: {} },
        log: silentLog,
        clock: systemClock,
        random: systemRandom,
        share: createShare(),
      })
    },
    async agent(script) {
      const file = join(directory, `agent-${others.length}-${script.length}.sh`)
      await writeFile(file, script)
      return `sh '${file}'`
    },
    somebodys(command, args, env) {
      const child = spawn(command, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } })
      others.push(child)
      return { pid: child.pid! }
    },
    async known(pid) {
      const { identity } = (await table.find(pid))!
      return { pid, identity }
    },
    async plantRecord(record) {
      const whole = { createdAt: systemClock.now(), launcher: LONG_ENDED, healthPort: 1, ...record }
      await writeFile(join(machines, `${record.name}.json`), JSON.stringify(whole))
    },
    damageRecord: (name) => writeFile(join(machines, `${name}.json`), '{"name": "pool-'),
    async notAProgram() {
      const file = join(directory, 'not-a-program')
      await writeFile(file, '#!/no/such/interpreter\n', { mode: 0o700 })
      return file
    },
    async marked(marker, commandLine) {
      const pids = (await table.withEnvironment(marker)) ?? []
      const lines = await Promise.all(pids.map(commandLineOf))
      return pids.filter((_, i) => commandLine.test(lines[i]!))
    },
    record: async (name) => JSON.parse(await readFile(join(machines, `${name}.json`), 'utf8')),
    log: (name) => readFile(join(directory, pool, 'logs', `${name}.log`), 'utf8'),
    isAlive: async (pid) => (await table.find(pid)) !== undefined,
    async cleanUp() {
      for (const child of others) child.kill('SIGKILL')
      for (const pid of await markedWith(directory)) process.kill(pid, 'SIGKILL')
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function commandLineOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return line.split('\0').join(' ').trim()
}

/** Whatever a failed test has left behind. */
async function markedWith(directory: string): Promise<readonly number[]> {
  const found: number[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
    if (environment.split('\0').some((each) => each.startsWith(`${MARKER}=`) && each.includes(directory))) {
      found.push(Number(pid))
    }
  }
  return found
}
