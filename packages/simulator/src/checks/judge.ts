import type { World, WorldEvents } from '../world/world.ts'
import { addressesAreNotLeft } from './addresses-are-not-left.ts'
import { adminCordonsStay } from './admin-cordons-stay.ts'
import { blamesRightly } from './blames-rightly.ts'
import { buysInProportion } from './buys-in-proportion.ts'
import type { Check } from './check.ts'
import { errorsAreToldApart } from './errors-are-told-apart.ts'
import { maxIsKept } from './max-is-kept.ts'
import { noRenewalStorm } from './no-renewal-storm.ts'
import { nothingIsLeft } from './nothing-is-left.ts'
import { peopleAreObeyed } from './people-are-obeyed.ts'
import { slotsAreFreed } from './slots-are-freed.ts'
import {
  alwaysExplains,
  asksLittle,
  foreignIsKept,
  keepsSecrets,
  namesAreUnique,
  recordsAreUnique,
} from './small-checks.ts'
import { startsInTime } from './starts-in-time.ts'
import { tasksAreNotLost } from './tasks-are-not-lost.ts'
import type { Violation } from './verdict.ts'
import { type Break, workIsKept } from './work-is-kept.ts'

const makers: readonly ((world: World, broken: Break) => Check)[] = [
  workIsKept,
  maxIsKept,
  tasksAreNotLost,
  nothingIsLeft,
  asksLittle,
  alwaysExplains,
  keepsSecrets,
  foreignIsKept,
  namesAreUnique,
  recordsAreUnique,
  peopleAreObeyed,
  blamesRightly,
  adminCordonsStay,
  addressesAreNotLeft,
  buysInProportion,
  noRenewalStorm,
  slotsAreFreed,
  startsInTime,
  errorsAreToldApart,
]

/** Holds every promise against what happens, and keeps what was broken. */
export class Judge implements WorldEvents {
  readonly violations: Violation[] = []
  #checks: readonly Check[] = []

  watch(world: World): void {
    const broken: Break = (promise, what) => {
      world.timeline.add('BROKEN', `${promise}: ${what}`)
      this.violations.push({ atMs: world.clock.now() - world.startAt, promise, what })
    }
    this.#checks = makers.map((make) => make(world, broken))
  }

  onMachine(...of: Parameters<WorldEvents['onMachine']>): void {
    for (const check of this.#checks) check.onMachine?.(...of)
  }

  onMachineEnd(...of: Parameters<WorldEvents['onMachineEnd']>): void {
    for (const check of this.#checks) check.onMachineEnd?.(...of)
  }

  onTick(...of: Parameters<WorldEvents['onTick']>): void {
    for (const check of this.#checks) check.onTick?.(...of)
  }

  onOutcome(...of: Parameters<WorldEvents['onOutcome']>): void {
    for (const check of this.#checks) check.onOutcome?.(...of)
  }

  onOutput(text: string): void {
    for (const check of this.#checks) check.onOutput?.(text)
  }

  onQueueEvent(...of: Parameters<WorldEvents['onQueueEvent']>): void {
    for (const check of this.#checks) check.onQueueEvent?.(...of)
  }

  onCall(...of: Parameters<WorldEvents['onCall']>): void {
    for (const check of this.#checks) check.onCall?.(...of)
  }

  afterStep(): void {
    for (const check of this.#checks) check.afterStep?.()
  }

  atEnd(): void {
    for (const check of this.#checks) check.atEnd?.()
  }
}
