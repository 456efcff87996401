import { sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { agentsOnMachines, type EmulatedAgent, httpLink } from '@woodpeckers/autoscaler-emulators'
import type { MotoAccount, MotoMachine } from './moto-account.ts'

const LOOK_EVERY_MS = 500
const FIRST_BOOT_MS = 2_000
/** With everything on its disk. */
const BOOT_AGAIN_MS = 200

interface Inhabitant {
  vanish(): void
  /** As when its machine is told to stop. */
  shutDown(): void
}

/**
 * What moto leaves out: machines that run something. Each boots an emulated agent from the user data that was really
 * sent, and loses it when it stops or ends.
 */
export class MachineRooms {
  /** The most machines of the account at one look. */
  peak = 0
  /** Names that two machines had at once. */
  readonly twins: Set<string> = new Set()
  /** Of every agent: these must be in no log. */
  readonly secrets: Set<string> = new Set()
  readonly #account: MotoAccount
  /** By the ids of machines. */
  readonly #furnished = new Map<string, Readonly<Record<string, string>>>()
  readonly #booted = new Set<string>()
  readonly #agents = new Map<string, Inhabitant>()
  readonly #end = new AbortController()
  readonly #looking: Promise<void>

  constructor(account: MotoAccount) {
    this.#account = account
    this.#looking = this.#keepLooking()
  }

  isInhabited(id: string): boolean {
    return this.#agents.has(id)
  }

  /** Somebody puts an agent onto a machine, by hand. */
  furnish(id: string, environment: Readonly<Record<string, string>>): void {
    this.#furnished.set(id, environment)
  }

  async close(): Promise<void> {
    this.#end.abort()
    await this.#looking
    for (const agent of this.#agents.values()) agent.vanish()
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      const machines = await this.#account.machines().catch(() => [])
      this.#count(machines.filter(({ state }) => state !== 'terminated'))
      for (const machine of machines) this.#tend(machine)
      await sleep(systemClock, LOOK_EVERY_MS, signal).catch(() => {})
    }
  }

  #count(there: readonly MotoMachine[]): void {
    this.peak = Math.max(this.peak, there.length)
    const names = there.map(({ name }) => name)
    for (const name of names) if (names.indexOf(name) !== names.lastIndexOf(name)) this.twins.add(name)
  }

  #tend(machine: MotoMachine): void {
    const agent = this.#agents.get(machine.id)
    if (machine.state === 'running' && !agent && (machine.pool !== '' || this.#furnished.has(machine.id)))
      this.#boot(machine)
    if (machine.state !== 'running' && agent) {
      this.#agents.delete(machine.id)
      if (machine.state === 'terminated') agent.vanish()
      else agent.shutDown()
    }
  }

  #boot(machine: MotoMachine): void {
    let gone = false
    let inhabitant: EmulatedAgent | undefined
    this.#agents.set(machine.id, {
      vanish: () => {
        gone = true
        inhabitant?.vanish()
      },
      shutDown: () => {
        gone = true
        void inhabitant?.terminate()
      },
    })
    const boot = async () => {
      await sleep(systemClock, this.#booted.has(machine.id) ? BOOT_AGAIN_MS : FIRST_BOOT_MS)
      this.#booted.add(machine.id)
      const environment = this.#furnished.get(machine.id) ?? (await this.#account.environmentOf(machine.id))
      this.secrets.add(environment['WOODPECKER_AGENT_SECRET'] ?? '')
      if (gone) return
      const server = environment['WOODPECKER_SERVER'] ?? ''
      agentsOnMachines({
        clock: systemClock,
        random: systemRandom,
        link: (token) => httpLink(server, token),
        onAgent: (agent) => {
          inhabitant = agent
        },
      })({ name: machine.name, environment, offering: { id: machine.type } })
    }
    boot().catch((error: unknown) => console.error(machine.name, error))
  }
}
