import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { Rounds } from './rounds.ts'

/** A process that belongs to a machine, by what only such a one has in its environment. */
export interface MachineProcess {
  readonly pid: number
  readonly machine: string
  /** The machine's first process, the agent: what it starts is in its group. */
  readonly isAgent: boolean
}

const MARK = 'WOODPECKER_AUTOSCALER_MACHINE='
const LOOK_EVERY_MS = 250

/** Looks from outside at what the provider `local` does below its folder. */
export class MachineWatch {
  /** What should never have been seen. */
  readonly violations: string[] = []
  readonly lastSeenAt: Map<string, number> = new Map<string, number>()
  peak = 0
  readonly #folder: string
  readonly #max: number

  /** `folder`: the provider's own, of one pool. */
  constructor(folder: string, max: number) {
    this.#folder = folder
    this.#max = max
  }

  start(): Rounds {
    return new Rounds(async (pause) => {
      this.#look()
      await pause(LOOK_EVERY_MS)
    })
  }

  processes(): readonly MachineProcess[] {
    const found: MachineProcess[] = []
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const variables = readIfThere(`/proc/${pid}/environ`).split('\0')
      const mark = variables.find(
        (each) => each.startsWith(MARK) && each.endsWith(`@${this.#folder}/machines`),
      )
      // After the program's name in brackets: state, parent, group.
      const group = readIfThere(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[2]
      if (!mark || group === undefined) continue
      found.push({
        pid: Number(pid),
        machine: mark.slice(MARK.length, mark.indexOf('@')),
        isAgent: group === pid,
      })
    }
    return found
  }

  agents(): readonly MachineProcess[] {
    return this.processes().filter(({ isAgent }) => isAgent)
  }

  /** Files and folders of machines, also half-written ones; logs may stay. */
  files(): readonly string[] {
    return ['machines', 'work'].flatMap((name) => {
      const folder = join(this.#folder, name)
      return existsSync(folder) ? readdirSync(folder).map((file) => join(name, file)) : []
    })
  }

  /** Resolves when the provider writes the next file of a machine, or when `over` does. */
  async launchBegins(over: Promise<void>): Promise<void> {
    const folder = join(this.#folder, 'machines')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const changes = watch(folder)
    await Promise.race([once(changes, 'change'), over])
    changes.close()
  }

  #look(): void {
    const names = this.agents().map(({ machine }) => machine)
    const twice = names.filter((name, at) => names.indexOf(name) !== at)
    const remembered = this.files().filter((file) => /^machines\/[^.].*\.json$/.test(file)).length
    for (const name of names) this.lastSeenAt.set(name, Date.now())
    this.peak = Math.max(this.peak, names.length)
    if (names.length > this.#max) this.violations.push(`${names.length} machines run: ${names.join(', ')}`)
    if (remembered > this.#max) this.violations.push(`${remembered} machines are remembered`)
    if (twice.length > 0) this.violations.push(`two processes of one name: ${twice.join(', ')}`)
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
